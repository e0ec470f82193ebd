//! Turns a panic into a word: one article that the program cannot bear must not end the run.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of `work`, or what its panic said.
///
/// # Errors
/// The message of the panic.
pub fn catching<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // What `work` borrowed is not looked at again after a panic: callers drop it with the article.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::catching;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(catching(|| 3), Ok(3));
        assert_eq!(catching(|| -> u8 { panic!("torn {}", "page") }), Err("torn page".to_owned()));
    }
}
