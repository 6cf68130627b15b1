//! Who may ask another agency to take a case on, who may answer, and who may take the request back?
//!
//! Source: *Information sharing* (HM Government 2024), golden rules 6 and 7: share with those who need
//! it, and record the decision and its reasons whether or not you share. The rules are in
//! `policies/referrals.cedar`; here they get the names that rooms and store use.
//! Differs: an agency cannot refer to itself; handing a case to a colleague is an assignment.
//!
//! A refusal says its reasons to the sender and to the receiver, and nothing to any other agency.

use daymark_vocab::AgencyId;
use jiff::Timestamp;

use crate::action::verb::{AnswerReferral, OpenReferral, ReadReferral, WithdrawReferral};
use crate::decide::may;
use crate::grant::Grant;
use crate::principal::Staff;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::written_reason::WrittenReason;

/// Where a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferralState {
    /// Sent, waiting for an answer.
    Open,
    /// The receiver has taken the case on, and sees it.
    Accepted,
    /// The receiver has said no, with a reason.
    Rejected,
    /// The sender has taken it back.
    Withdrawn,
}

impl ReferralState {
    /// All, in the order in which they can come about.
    pub const ALL: [Self; 4] = [Self::Open, Self::Accepted, Self::Rejected, Self::Withdrawn];

    /// The word in the rules and in store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The words on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Waiting for an answer",
            Self::Accepted => "Accepted",
            Self::Rejected => "Not accepted",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// What the receiver says. There is no rejecting without a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The receiver takes the case on.
    Accept,
    /// The receiver does not, and says why and what to do instead.
    Reject {
        /// In the answering person's own words.
        reason: WrittenReason,
    },
}

impl Answer {
    /// Where the referral stands after this answer.
    pub const fn state(&self) -> ReferralState {
        match self {
            Self::Accept => ReferralState::Accepted,
            Self::Reject { .. } => ReferralState::Rejected,
        }
    }
}

/// Whether `who` may refer `case` to the agency `to`.
///
/// The grant names both: a store that opens the referral takes case and receiver from it.
///
/// # Errors
/// [`Refusal`]: not a safeguarding lead of the owning agency, or `to` is their own agency.
pub fn may_refer(
    who: &Staff,
    case: &Record,
    to: &AgencyId,
    now: Timestamp,
) -> Result<Grant<OpenReferral>, Refusal> {
    may(who, &case.clone().refer_to(to.clone()), now)
}

/// Whether `who` may read the referral.
///
/// # Errors
/// [`Refusal`]: not a safeguarding lead of the sender or the receiver.
pub fn may_read_referral(
    who: &Staff,
    referral: &Record,
    now: Timestamp,
) -> Result<Grant<ReadReferral>, Refusal> {
    may(who, referral, now)
}

/// Whether `who` may accept or reject the referral.
///
/// # Errors
/// [`Refusal`]: not a safeguarding lead of the receiver, the very person who opened it, or no longer open.
pub fn may_answer_referral(
    who: &Staff,
    referral: &Record,
    now: Timestamp,
) -> Result<Grant<AnswerReferral>, Refusal> {
    may(who, referral, now)
}

/// Whether `who` may take the referral back. The grant asks for a [`WrittenReason`].
///
/// # Errors
/// [`Refusal`]: not a safeguarding lead of the sender, or no longer open.
pub fn may_withdraw_referral(
    who: &Staff,
    referral: &Record,
    now: Timestamp,
) -> Result<Grant<WithdrawReferral>, Refusal> {
    may(who, referral, now)
}

#[cfg(test)]
mod tests {
    use daymark_vocab::{AgencyKind, CaseId, MemberId, Role};

    use super::*;
    use crate::grant::Obligation;
    use crate::principal::Standing;

    const SCHOOL: &str = "school-a";
    const POLICE: &str = "police-b";
    const CHARITY: &str = "charity-c";

    fn agency(slug: &str) -> AgencyId {
        slug.parse().unwrap()
    }

    fn person(name: &str, role: Role, works_for: &str) -> Staff {
        Staff {
            member: name.parse().unwrap(),
            agency: agency(works_for),
            agency_kind: AgencyKind::School,
            roles: [role].into(),
            standing: Standing::Active,
            step_up_at: None,
        }
    }

    fn lead_of(works_for: &str) -> Staff {
        person("lead", Role::SafeguardingLead, works_for)
    }

    fn case_of_the_school() -> Record {
        Record::case("case-1".parse().unwrap(), agency(SCHOOL))
    }

    /// From the school to the police, opened by the member `opener`.
    fn referral(state: ReferralState) -> Record {
        let opener: MemberId = "opener".parse().unwrap();
        Record::referral("referral-1".parse().unwrap(), agency(SCHOOL), agency(POLICE), opener, state)
    }

    #[track_caller]
    fn check<T: std::fmt::Debug>(answer: Result<T, Refusal>, expected: &str) {
        let said = match &answer {
            Ok(_) => "yes".to_owned(),
            Err(Refusal::Forbidden { reasons, .. }) => reasons[0].rule.to_string(),
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(said, expected, "{answer:?}");
    }

    const CLOSED: &str = "there is no such record, or it is not open to you";

    #[test]
    fn a_lead_refers_a_case_of_their_own_agency_to_another() {
        let (case, now) = (case_of_the_school(), Timestamp::UNIX_EPOCH);
        let refer = |who: &Staff, to| may_refer(who, &case, &agency(to), now);
        check(refer(&lead_of(SCHOOL), POLICE), "yes");
        check(refer(&lead_of(SCHOOL), SCHOOL), "a-referral-goes-to-another-agency");
        check(refer(&person("p", Role::Practitioner, SCHOOL), POLICE), "no-rule-permits");
        check(refer(&lead_of(POLICE), CHARITY), CLOSED);
        let pending = Staff { standing: Standing::Pending, ..lead_of(SCHOOL) };
        check(refer(&pending, POLICE), "only-active-members");
    }

    #[test]
    fn seeing_a_released_case_is_not_leave_to_pass_it_on() {
        let case = case_of_the_school().released_to([agency(POLICE)]);
        check(may_refer(&lead_of(POLICE), &case, &agency(CHARITY), Timestamp::UNIX_EPOCH), CLOSED);
    }

    #[test]
    fn the_grant_names_the_case_and_the_receiver() {
        let grant =
            may_refer(&lead_of(SCHOOL), &case_of_the_school(), &agency(POLICE), Timestamp::UNIX_EPOCH)
                .unwrap();
        let case: CaseId = "case-1".parse().unwrap();
        assert_eq!((&grant.id().case, &grant.id().to), (&case, &agency(POLICE)));
    }

    #[test]
    fn sender_and_receiver_read_a_referral_and_nobody_else() {
        let read =
            |who: &Staff| may_read_referral(who, &referral(ReferralState::Open), Timestamp::UNIX_EPOCH);
        check(read(&lead_of(SCHOOL)), "yes");
        check(read(&lead_of(POLICE)), "yes");
        check(read(&lead_of(CHARITY)), CLOSED);
        check(read(&person("p", Role::Practitioner, POLICE)), "no-rule-permits");
    }

    #[test]
    fn the_receiver_answers_and_the_sender_withdraws() {
        let (open, now) = (referral(ReferralState::Open), Timestamp::UNIX_EPOCH);
        check(may_answer_referral(&lead_of(POLICE), &open, now), "yes");
        check(may_answer_referral(&lead_of(SCHOOL), &open, now), "no-rule-permits");
        check(may_answer_referral(&lead_of(CHARITY), &open, now), CLOSED);
        check(may_withdraw_referral(&lead_of(SCHOOL), &open, now), "yes");
        check(may_withdraw_referral(&lead_of(POLICE), &open, now), "no-rule-permits");
        check(may_withdraw_referral(&lead_of(CHARITY), &open, now), CLOSED);
    }

    #[test]
    fn whoever_opened_it_does_not_answer_it_even_after_moving_to_the_receiver() {
        let moved = person("opener", Role::SafeguardingLead, POLICE);
        let answer = may_answer_referral(&moved, &referral(ReferralState::Open), Timestamp::UNIX_EPOCH);
        check(answer, "nobody-answers-their-own-referral");
    }

    #[test]
    fn what_is_settled_stays_settled() {
        let now = Timestamp::UNIX_EPOCH;
        for state in ReferralState::ALL.into_iter().filter(|state| *state != ReferralState::Open) {
            check(may_answer_referral(&lead_of(POLICE), &referral(state), now), "only-open-referrals-change");
            check(
                may_withdraw_referral(&lead_of(SCHOOL), &referral(state), now),
                "only-open-referrals-change",
            );
            check(may_read_referral(&lead_of(SCHOOL), &referral(state), now), "yes");
        }
    }

    #[test]
    fn a_refusal_is_a_sentence_that_says_who_could() {
        let practitioner = person("p", Role::Practitioner, SCHOOL);
        let refusal = may_refer(&practitioner, &case_of_the_school(), &agency(POLICE), Timestamp::UNIX_EPOCH)
            .unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Nothing lets you refer a case here. \
             A safeguarding lead refers a case of their own agency to another agency."
        );
    }

    #[test]
    fn rejecting_and_withdrawing_take_a_reason() {
        let reason = WrittenReason::parse("The child has moved to another area.").unwrap();
        assert_eq!(Answer::Reject { reason }.state(), ReferralState::Rejected);
        assert_eq!(Answer::Accept.state(), ReferralState::Accepted);
        let withdraw =
            may_withdraw_referral(&lead_of(SCHOOL), &referral(ReferralState::Open), Timestamp::UNIX_EPOCH);
        assert!(withdraw.unwrap().obliges(Obligation::GiveReason));
    }
}
