//! In which language is this page? The few words of the frame itself; rooms bring their own texts.
//!
//! The Welsh words are the ones public services already use for these same controls. Safeguarding text is
//! never translated here: it is shown in English, marked `lang="en"`, until a person has translated it.

/// A language pages are offered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English, at `/`.
    #[default]
    English,
    /// Welsh, at `/cy/`.
    Welsh,
}

impl Language {
    /// The code for `lang` attributes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Welsh => "cy",
        }
    }

    /// The language's name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Welsh => "Cymraeg",
        }
    }

    /// Said by screen readers before an error message, and before a page's title when it has errors.
    pub const fn error(self) -> &'static str {
        match self {
            Self::English => "Error",
            Self::Welsh => "Gwall",
        }
    }

    /// The heading of the error summary.
    pub const fn there_is_a_problem(self) -> &'static str {
        match self {
            Self::English => "There is a problem",
            Self::Welsh => "Mae problem wedi codi",
        }
    }

    /// The first link on every page.
    pub const fn skip_to_content(self) -> &'static str {
        match self {
            Self::English => "Skip to main content",
            Self::Welsh => "Neidio i'r prif gynnwys",
        }
    }

    /// The button and the label of the main navigation.
    pub const fn menu(self) -> &'static str {
        match self {
            Self::English => "Menu",
            Self::Welsh => "Dewislen",
        }
    }

    /// The label of the language links.
    pub const fn language(self) -> &'static str {
        match self {
            Self::English => "Language",
            Self::Welsh => "Iaith",
        }
    }

    /// Before the person's name.
    pub const fn signed_in_as(self) -> &'static str {
        match self {
            Self::English => "Signed in as",
            Self::Welsh => "Wedi mewngofnodi fel",
        }
    }

    /// The button that ends the session.
    pub const fn sign_out(self) -> &'static str {
        match self {
            Self::English => "Sign out",
            Self::Welsh => "Allgofnodi",
        }
    }

    /// The month's name, 1 for January; `None` outside 1 to 12.
    pub fn month(self, number: i8) -> Option<&'static str> {
        const ENGLISH: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        const WELSH: [&str; 12] = [
            "Ionawr",
            "Chwefror",
            "Mawrth",
            "Ebrill",
            "Mai",
            "Mehefin",
            "Gorffennaf",
            "Awst",
            "Medi",
            "Hydref",
            "Tachwedd",
            "Rhagfyr",
        ];
        let names = match self {
            Self::English => ENGLISH,
            Self::Welsh => WELSH,
        };
        usize::try_from(number).ok()?.checked_sub(1).and_then(|index| names.get(index).copied())
    }

    /// A day as people write it: `22 November 2026`.
    pub fn day(self, date: jiff::civil::Date) -> String {
        format!("{} {} {}", date.day(), self.month(date.month()).unwrap_or_default(), date.year())
    }
}
