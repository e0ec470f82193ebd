//! How fast the encoder is on this machine: tokens a second of one thread, in CPU time, best of several runs.
//!
//! `cargo run --release --example bench -p tellings-encoder [runs] [kernel] [only]`. The weights are random; the time does not
//! depend on them.

use std::time::Instant;

use encoder::testing::{Builder, Random};
use encoder::{Input, Kernel, Matrix, Trunk, Weights};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let runs: usize = arguments.next().map_or(Ok(10), |runs| runs.parse())?;
    let wanted = arguments.next();
    let only = arguments.next().unwrap_or_default();
    let measure = |what: &str, runs: usize, units: usize, work: &mut dyn FnMut()| {
        if what.contains(&only) {
            measure(what, runs, units, work);
        }
    };
    let vocabulary: Vec<String> = (0..30_522).map(|id| format!("piece{id}")).collect();
    let bytes = Builder::new().metadata("vocabulary", &vocabulary.join("\n")).network(384, 6, 30).bytes();
    println!("weights: {:.1} MB", bytes.len() as f64 / 1e6);
    let kernels = Kernel::available().into_iter().rev();
    for kernel in kernels.filter(|kernel| wanted.as_ref().is_none_or(|name| name == kernel.name())) {
        println!("{}", kernel.name());
        let start = Instant::now();
        let weights = Weights::load(bytes.clone())?.with_kernel(kernel);
        println!("  load: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        let trunk = Trunk::new(&weights, "trunk")?;
        println!("  trunk: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
        let runs = if kernel.name() == "plain" { 1 } else { runs };
        for tokens in [320, 1100] {
            let input = input(tokens);
            measure(&format!("trunk, {tokens} tokens"), runs, tokens, &mut || drop(trunk.encode(&input, 1)));
        }
        let reader = weights.stack("reader.layers", 4)?;
        let mut x = Matrix::zeros(30 * 160, 128);
        let mut random = Random(3);
        x.data.iter_mut().for_each(|x| *x = random.float(1.0));
        measure("reader layers, 30 cues", runs, x.rows, &mut || reader.apply(&mut x.clone(), &[160; 30]));
    }
    Ok(())
}

fn measure(what: &str, runs: usize, units: usize, work: &mut dyn FnMut()) {
    let mut best = f64::INFINITY;
    for _ in 0..runs {
        let start = cpu_seconds();
        work();
        best = best.min(cpu_seconds() - start);
    }
    println!("  {what}: {:.2} ms, {:.0} a second", best * 1e3, units as f64 / best);
}

/// Time that this thread has spent on a CPU; others on the machine do not count. Where Linux does not tell, the clock.
fn cpu_seconds() -> f64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let clock = || START.get_or_init(Instant::now).elapsed().as_secs_f64();
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    schedule
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(clock, |nanoseconds| nanoseconds / 1e9)
}

fn input(tokens: usize) -> Input {
    let mut random = Random(tokens as u64);
    let mut bytes = |end: usize| (0..tokens).map(|_| random.below(end) as u8).collect::<Vec<_>>();
    let (shape, quotation, paragraph) = (bytes(7), bytes(4), bytes(3));
    let ids = (0..tokens).map(|_| random.below(30_522) as u32).collect();
    Input { ids, shape, quotation, paragraph }
}
