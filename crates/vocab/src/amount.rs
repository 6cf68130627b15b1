//! How much money? Whole minor units and a currency: never a float.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency code, three capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Pounds sterling.
    pub const GBP: Self = Self(*b"GBP");

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many digits follow the decimal point (ISO 4217; the few that differ from two).
    pub const fn minor_digits(self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"XAF" | b"XOF" | b"UGX" | b"CLP" => 0,
            b"KWD" | b"BHD" | b"TND" | b"JOD" | b"OMR" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(AmountError::Currency),
        }
    }
}

/// An amount of money, in minor units (pence for pounds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    /// Minor units: 25000 for £250.
    pub minor: i64,
    /// Which money.
    pub currency: Currency,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not three capitals.
    #[error("not a currency: use the three-letter code, such as `GBP`")]
    Currency,
    /// Not a number with at most the currency's decimals.
    #[error("not an amount: use figures only, such as `250` or `250.00`")]
    Figures,
}

impl Amount {
    /// Reads `250`, `250.5`, `1,250.00`.
    ///
    /// # Errors
    /// [`AmountError::Figures`] when the text is not an amount of this currency.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let plain: String = text.trim().trim_start_matches('£').chars().filter(|c| *c != ',').collect();
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = currency.minor_digits();
        let well_formed = !whole.is_empty()
            && whole.len() <= 12
            && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit())
            && part.len() <= digits as usize;
        if !well_formed {
            return Err(AmountError::Figures);
        }
        let scale = 10_i64.pow(digits);
        let whole: i64 = whole.parse().map_err(|_| AmountError::Figures)?;
        let padded = format!("{part:0<width$}", width = digits as usize);
        let part: i64 =
            if padded.is_empty() { 0 } else { padded.parse().map_err(|_| AmountError::Figures)? };
        Ok(Self { minor: whole * scale + part, currency })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits();
        let scale = 10_i64.pow(digits);
        let (whole, part) = (self.minor / scale, (self.minor % scale).abs());
        let sign = if self.currency == Currency::GBP { "£" } else { "" };
        write!(f, "{sign}{whole}")?;
        if part != 0 {
            write!(f, ".{part:0width$}", width = digits as usize)?;
        }
        if sign.is_empty() {
            write!(f, " {}", self.currency.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(Amount::parse(text, Currency::GBP).ok().map(|a| a.minor), expected, "{text}");
    }

    #[test]
    fn figures_in_pounds() {
        check("250", Some(25_000));
        check("£1,250.5", Some(125_050));
        check("0.05", Some(5));
        check("-5", None);
        check("5.005", None);
        check("about 5", None);
        check("9999999999999", None);
    }

    #[test]
    fn yen_have_no_pence() {
        let yen = "JPY".parse().unwrap();
        assert_eq!(Amount::parse("500", yen).unwrap().minor, 500);
        assert!(Amount::parse("500.5", yen).is_err());
        assert_eq!(Amount::parse("500", yen).unwrap().to_string(), "500 JPY");
    }
}
