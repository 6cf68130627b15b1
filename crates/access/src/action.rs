//! What does somebody want to do? One word per verb: the code in the rules, the sentence on the page, the type in a signature.

use daymark_vocab::{AgencyId, CaseId, FlagId, ImportId, MemberId, PoolId, ReferralId};

use crate::grant::{NamedVerb, Verb};
use crate::record::{AuditOf, Handover, LinkId, Named, Record, ResourceKind, TheSystem};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident($id:ty) = $code:literal, $words:literal;)+) => {
        /// Every verb that is decided upon. Each fits one kind of record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $name,)+ }

        impl Action {
            /// All, in the order of the matrix.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word in the rules, in the audit log and in the matrix.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The words that follow "you may not": `read a case`.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)+ }
            }

            /// The only kind of record that the verb fits.
            pub const fn kind(self) -> ResourceKind {
                match self { $(Self::$name => <$id as Named>::KIND,)+ }
            }
        }

        /// The verbs as types, for signatures: `fn read(tx, grant: &Grant<verb::ReadCase>)`.
        pub mod verb {
            $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq)] pub struct $name;)+
        }

        $(
            impl crate::grant::sealed::Sealed for verb::$name {}
            impl Verb for verb::$name {
                type Id = $id;

                fn id_in(action: Action, record: &Record) -> Option<Self::Id> {
                    if action == Action::$name { <$id as Named>::name_of(record) } else { None }
                }
            }
            impl NamedVerb for verb::$name {
                const ACTION: Action = Action::$name;
            }
        )+
    };
}

actions! {
    /// Try to sign in.
    SignIn(TheSystem) = "sign-in", "sign in";
    /// See the front room.
    ViewHome(TheSystem) = "view-home", "see the front room";
    /// See an account: one's own.
    ViewOwnAccount(MemberId) = "view-own-account", "see this account";
    /// Change one's own password, passkeys and language.
    ChangeOwnAccount(MemberId) = "change-own-account", "change this account";

    /// Have a case in one's list, with its reference. See [`crate::scope_for_list`].
    ListCases(CaseId) = "list-cases", "list cases";
    /// Have a case in one's list as a coarse summary. See [`crate::scope_for_list`].
    ListCasesCoarse(CaseId) = "list-cases-coarse", "list cases as coarse summaries";
    /// Look whether the agency knows a child already.
    SearchBeforeCreate(AgencyId) = "search-before-create", "search before creating a case";
    /// Create a case in the agency.
    CreateCase(AgencyId) = "create-case", "create a case";
    /// Read a case, but for the sealed identity.
    ReadCase(CaseId) = "read-case", "read a case";
    /// See a case as a coarse summary: agency, area, week, platform, demand; never the child's details.
    ReadCaseCoarse(CaseId) = "read-case-coarse", "see a case as a coarse summary";
    /// Add or correct facts in a case.
    ChangeCase(CaseId) = "change-case", "change a case";
    /// Give a case to a practitioner, or take it from one.
    AssignCase(CaseId) = "assign-case", "assign a case";
    /// Open the sealed identity in a case: name, address, school.
    OpenIdentity(CaseId) = "open-identity", "open the identity in a case";
    /// Correct the sealed identity in a case.
    ChangeIdentity(CaseId) = "change-identity", "change the identity in a case";

    /// Read which cases may belong with a case.
    ReadLinks(CaseId) = "read-links", "read the links of a case";
    /// Say whether two linked cases were harmed by the same hands.
    JudgeLink(LinkId) = "judge-link", "judge a link";
    /// Take a judgement back; the history stays.
    UndoJudgement(LinkId) = "undo-judgement", "undo a judgement";
    /// Ask the owner of a linked case to let one's agency see it.
    AskToSee(CaseId) = "ask-to-see", "ask to see a case";
    /// Grant or refuse such a request about one's own case.
    AnswerAskToSee(CaseId) = "answer-ask-to-see", "answer a request to see a case";
    /// End the sight of one's own case that another agency was granted.
    EndSight(CaseId) = "end-sight", "end another agency’s sight of a case";
    /// Have a pool in one's list. See [`crate::scope_for_list`].
    ListPools(PoolId) = "list-pools", "list pools";
    /// Read a pool of victims.
    ReadPool(PoolId) = "read-pool", "read a pool";

    /// Refer a case to another agency. See [`crate::referral`].
    OpenReferral(Handover) = "open-referral", "refer a case";
    /// Have a referral in one's list. See [`crate::scope_for_list`].
    ListReferrals(ReferralId) = "list-referrals", "list referrals";
    /// Read a referral that one's agency sent or received.
    ReadReferral(ReferralId) = "read-referral", "read a referral";
    /// Accept or reject a referral that one's agency received.
    AnswerReferral(ReferralId) = "answer-referral", "answer a referral";
    /// Take back a referral that one's agency sent.
    WithdrawReferral(ReferralId) = "withdraw-referral", "withdraw a referral";

    /// Read counts over time and place.
    ReadTrends(TheSystem) = "read-trends", "read the trends";
    /// See a case, coarsely, behind a figure. See [`crate::scope_for_list`].
    ReadTrendCases(CaseId) = "read-trend-cases", "see the cases behind a figure";
    /// Take counts away as a file.
    ExportTrends(TheSystem) = "export-trends", "export the trends";
    /// Read a flag.
    ReadFlag(FlagId) = "read-flag", "read a flag";
    /// Record what is done about a flag.
    ActOnFlag(FlagId) = "act-on-flag", "act on a flag";

    /// Import a file of reports.
    ImportReports(AgencyId) = "import-reports", "import reports";
    /// Keep how the columns of a file are read.
    SaveImportMapping(AgencyId) = "save-import-mapping", "save how columns are read";
    /// See what an import did.
    ReadImport(ImportId) = "read-import", "see an import";
    /// Send one report through the interface for machines.
    SubmitReportApi(AgencyId) = "submit-report-api", "send reports by machine";

    /// Run a live training.
    RunTraining(AgencyId) = "run-training", "run a training";
    /// See who works in the agency.
    ListMembers(AgencyId) = "list-members", "list members";
    /// Invite somebody into the agency.
    InviteMember(AgencyId) = "invite-member", "invite a member";
    /// Change another member's roles or standing.
    ChangeMember(MemberId) = "change-member", "change a member";
    /// End a member's sessions at once.
    RevokeSessions(MemberId) = "revoke-sessions", "end a member’s sessions";
    /// See the agency's settings.
    ViewSettings(AgencyId) = "view-settings", "see the settings";
    /// Change the agency's settings.
    ChangeSettings(AgencyId) = "change-settings", "change the settings";
    /// Read the agency's audit log.
    ReadAudit(AuditOf) = "read-audit", "read the audit log";
    /// Verify that the agency's audit log is whole.
    VerifyAudit(AuditOf) = "verify-audit", "verify the audit log";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_words_read_on() {
        let codes: BTreeSet<_> = Action::ALL.iter().map(|a| a.code()).collect();
        assert_eq!(codes.len(), Action::ALL.len());
        for action in Action::ALL {
            let words = action.words();
            assert!(words.starts_with(char::is_lowercase) && !words.ends_with('.'), "{words}");
        }
    }
}
