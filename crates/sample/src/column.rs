//! Which columns does `reports.csv` have? Those of the multi-agency template, in its order.

macro_rules! columns {
    ($($variant:ident = $name:literal,)+) => {
        /// A column of `reports.csv`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column { $(#[doc = concat!("`", $name, "`")] $variant,)+ }

        impl Column {
            /// All, in the order of the file.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the header row.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

columns! {
    ReportId = "report_id",
    Agency = "agency",
    ReceivedOn = "received_on",
    Area = "area",
    DisclosureRoute = "disclosure_route",
    FirstTold = "first_told",
    FirstResponder = "first_responder",
    OriginReference = "origin_reference",
    ChildRef = "child_ref",
    ChildAgeBand = "child_age_band",
    ChildGender = "child_gender",
    ChildEthnicity = "child_ethnicity",
    ChildSend = "child_send",
    ChildCareStatus = "child_care_status",
    ChildEducationUrn = "child_education_urn",
    ChildLgbtq = "child_lgbtq",
    Motive = "motive",
    Approach = "approach",
    FirstContactAt = "first_contact_at",
    FirstImageAt = "first_image_at",
    FirstThreatAt = "first_threat_at",
    HappenedFrom = "happened_from",
    HappenedTo = "happened_to",
    PlatformFirst = "platform_first",
    PlatformsMovedTo = "platforms_moved_to",
    Exchange = "exchange",
    ImageKind = "image_kind",
    FaceVisible = "face_visible",
    ThreatTo = "threat_to",
    ThreatMeans = "threat_means",
    ThreatDeadline = "threat_deadline",
    ScriptId = "script_id",
    LeakStatus = "leak_status",
    OthersAtRisk = "others_at_risk",
    PersonaClaimedGender = "persona_claimed_gender",
    PersonaClaimedAge = "persona_claimed_age",
    PersonaClaimedRole = "persona_claimed_role",
    Suspect = "suspect",
    Relationship = "relationship",
    Handles = "handles",
    DisplayNames = "display_names",
    Phones = "phones",
    Emails = "emails",
    PaymentAccounts = "payment_accounts",
    Ibans = "ibans",
    PaymentTags = "payment_tags",
    Wallets = "wallets",
    Urls = "urls",
    Demand1Kind = "demand_1_kind",
    Demand1Amount = "demand_1_amount",
    Demand1Currency = "demand_1_currency",
    Demand1Method = "demand_1_method",
    Demand2Kind = "demand_2_kind",
    Demand2Amount = "demand_2_amount",
    Demand2Currency = "demand_2_currency",
    Demand2Method = "demand_2_method",
    Payment1Amount = "payment_1_amount",
    Payment1Currency = "payment_1_currency",
    Payment1Method = "payment_1_method",
    Payment1Owner = "payment_1_owner",
    Payment1Aware = "payment_1_aware",
    Payment1On = "payment_1_on",
    Payment2Amount = "payment_2_amount",
    Payment2Currency = "payment_2_currency",
    Payment2Method = "payment_2_method",
    Payment2Owner = "payment_2_owner",
    Payment2Aware = "payment_2_aware",
    Payment2On = "payment_2_on",
    Payment3Amount = "payment_3_amount",
    Payment3Currency = "payment_3_currency",
    Payment3Method = "payment_3_method",
    Payment3Owner = "payment_3_owner",
    Payment3Aware = "payment_3_aware",
    Payment3On = "payment_3_on",
    Debt = "debt",
    DebtBondage = "debt_bondage",
    ContinuedAfterPayment = "continued_after_payment",
    Recovered = "recovered",
    SuicideRisk = "suicide_risk",
    ImageryHandling = "imagery_handling",
    ParentsInformed = "parents_informed",
    AccountRemoved = "account_removed",
    SupportWeeks = "support_weeks",
    OutcomeCode = "outcome_code",
    ChildVoice = "child_voice",
    Notes = "notes",
    Synthetic = "synthetic",
}
