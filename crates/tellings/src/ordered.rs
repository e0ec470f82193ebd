//! Works on many things at once and hands the results on in the order in which the things came.
//!
//! In: an iterator, how many threads, how much may be under way at once. Out: each result, in order, on the thread that
//! called. What is under way is bounded in number and in weight, so a corpus of any size passes through in the same
//! memory; one thing heavier than the bound is worked on alone. The number of threads never changes the results.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};

/// How much may be under way at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Threads that work; at least one is used.
    pub threads: usize,
    /// Weight that may be under way, counted by the caller's measure.
    pub weight: usize,
}

/// Things that may be under way for each thread: enough that a slow article does not leave the other threads idle.
const THINGS_A_THREAD: usize = 8;

/// What has been taken from the iterator and not yet been handed on.
#[derive(Default)]
struct UnderWay {
    things: usize,
    weight: usize,
    stopped: bool,
}

/// The iterator with the number of the next thing.
struct Source<I> {
    things: I,
    next: usize,
}

struct Shared<I> {
    source: Mutex<Source<I>>,
    under_way: Mutex<UnderWay>,
    room: Condvar,
}

impl<I> Shared<I> {
    fn stop(&self) {
        lock(&self.under_way).stopped = true;
        self.room.notify_all();
    }

    fn release(&self, weight: usize) {
        let mut under_way = lock(&self.under_way);
        under_way.things = under_way.things.saturating_sub(1);
        under_way.weight = under_way.weight.saturating_sub(weight);
        drop(under_way);
        self.room.notify_all();
    }
}

/// Lets the other threads end when one of them panics, so that the panic is seen instead of a standstill.
struct StopWhenPanicking<'a, I>(&'a Shared<I>);

impl<I> Drop for StopWhenPanicking<'_, I> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

/// A value behind a lock stays usable after a panic elsewhere: every change under these locks is a single step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Applies `work` to everything that `things` gives, on several threads, and gives the results to `finish` in order.
///
/// # Errors
/// The first error of `finish`; nothing more is taken from `things` after it.
pub fn in_order<T, R, E>(
    things: impl Iterator<Item = T> + Send,
    bounds: Bounds,
    weight: impl Fn(&T) -> usize + Sync,
    work: impl Fn(T) -> R + Sync,
    mut finish: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    T: Send,
    R: Send,
{
    if bounds.threads <= 1 {
        for thing in things {
            finish(work(thing))?;
        }
        return Ok(());
    }
    let shared = Shared {
        source: Mutex::new(Source { things, next: 0 }),
        under_way: Mutex::new(UnderWay::default()),
        room: Condvar::new(),
    };
    let (sender, receiver) = mpsc::channel::<(usize, usize, R)>();
    std::thread::scope(|scope| {
        for _ in 0..bounds.threads {
            let sender = sender.clone();
            let (shared, weight, work) = (&shared, &weight, &work);
            scope.spawn(move || {
                let _guard = StopWhenPanicking(shared);
                while let Some((number, heavy, thing)) = take(shared, bounds, weight) {
                    if sender.send((number, heavy, work(thing))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, heavy, result) in &receiver {
            early.insert(number, (heavy, result));
            while let Some((heavy, result)) = early.remove(&next) {
                next += 1;
                if let Err(error) = finish(result) {
                    shared.stop();
                    return Err(error);
                }
                shared.release(heavy);
            }
        }
        Ok(())
    })
}

/// The next thing with its number and weight, once there is room for it.
///
/// The lock on the source is held while waiting: the others could not start anything either.
fn take<T, I: Iterator<Item = T>>(
    shared: &Shared<I>,
    bounds: Bounds,
    weight: &impl Fn(&T) -> usize,
) -> Option<(usize, usize, T)> {
    let mut source = lock(&shared.source);
    if lock(&shared.under_way).stopped {
        return None;
    }
    let thing = source.things.next()?;
    let heavy = weight(&thing);
    let mut under_way = lock(&shared.under_way);
    while !under_way.stopped
        && under_way.things > 0
        && (under_way.things >= bounds.threads * THINGS_A_THREAD || under_way.weight + heavy > bounds.weight)
    {
        under_way = shared.room.wait(under_way).unwrap_or_else(PoisonError::into_inner);
    }
    if under_way.stopped {
        return None;
    }
    under_way.things += 1;
    under_way.weight += heavy;
    let number = source.next;
    source.next += 1;
    Some((number, heavy, thing))
}

#[cfg(test)]
mod tests {
    use super::{Bounds, in_order};
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn doubled(threads: usize, weight: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let done: Result<(), ()> = in_order(
            0..300usize,
            Bounds { threads, weight },
            |thing| thing % 7,
            |thing| {
                // Uneven work, so that later things are ready before earlier ones.
                std::thread::sleep(std::time::Duration::from_micros(((thing * 37) % 11) as u64 * 20));
                thing * 2
            },
            |result| {
                found.push(result);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        found
    }

    #[test]
    fn results_come_in_order_with_any_number_of_threads() {
        let expected: Vec<usize> = (0..300).map(|thing| thing * 2).collect();
        for threads in [0, 1, 2, 5] {
            assert_eq!(doubled(threads, usize::MAX), expected);
            assert_eq!(doubled(threads, 1), expected);
        }
    }

    #[test]
    fn what_is_under_way_never_weighs_more_than_allowed() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let done: Result<(), ()> = in_order(
            (0..200).map(|_| 10usize),
            Bounds { threads: 4, weight: 25 },
            |thing| *thing,
            |thing| {
                most.fetch_max(now.fetch_add(thing, Ordering::SeqCst) + thing, Ordering::SeqCst);
                std::thread::yield_now();
                now.fetch_sub(thing, Ordering::SeqCst);
            },
            |()| Ok(()),
        );
        assert_eq!(done, Ok(()));
        assert!(most.load(Ordering::SeqCst) <= 20, "at most two things of ten fit into twenty-five");
    }

    #[test]
    fn an_error_at_the_end_stops_the_reading() {
        let taken = AtomicUsize::new(0);
        let things = (0..100_000).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let bounds = Bounds { threads: 3, weight: usize::MAX };
        let stopped =
            in_order(things, bounds, |_| 1, |thing| thing, |thing| if thing == 5 { Err("full") } else { Ok(()) });
        assert_eq!(stopped, Err("full"));
        assert!(taken.load(Ordering::SeqCst) < 100);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_in_the_work_is_no_standstill() {
        let bounds = Bounds { threads: 2, weight: usize::MAX };
        let _: Result<(), ()> = in_order(0..1000, bounds, |_| 1, |thing| assert_ne!(thing, 3, "three"), |()| Ok(()));
    }
}
