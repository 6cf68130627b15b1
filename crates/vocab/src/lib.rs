//! The field's words as types: what every other crate means by a child's case, a selector, a judgement.
//!
//! Nothing here does I/O. Time and randomness come in as parameters ([`Clock`], [`Entropy`]), and
//! personal data travels as [`Private`], which cannot be printed by accident.

pub mod amount;
pub mod area;
pub mod clock;
pub mod entity;
pub mod entropy;
pub mod fact;
pub mod id;
pub mod judgement;
pub mod known;
pub mod moment;
pub mod private;
pub mod role;
pub mod selector;

pub use amount::{Amount, Currency};
pub use area::AreaCode;
pub use clock::{Clock, SystemClock};
pub use entity::{EntityKind, Involvement};
pub use entropy::{Entropy, OsEntropy};
pub use fact::{Confidence, Fact, FactKind, Source, Value};
pub use id::{AgencyId, CaseId, EntityId, FieldId, FlagId, ImportId, MemberId, PoolId, ReferralId};
pub use judgement::Judgement;
pub use known::Known;
pub use moment::{Moment, Precision};
pub use private::Private;
pub use role::{AgencyKind, Role};
