//! Where do unguessable bytes come from? From a parameter, so that a test can repeat itself.

/// Fills buffers with random bytes: ids, keys, nonces, session secrets.
pub trait Entropy: Send + Sync {
    /// Fills all of `buffer`.
    ///
    /// # Errors
    /// [`EntropyError`] when the machine has no randomness to give; the caller must then refuse to go on.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

/// The machine gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct EntropyError;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buffer).map_err(|_| EntropyError)
    }
}

/// An array of random bytes.
///
/// # Errors
/// [`EntropyError`], as [`Entropy::fill`].
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut buffer = [0; N];
    entropy.fill(&mut buffer)?;
    Ok(buffer)
}
