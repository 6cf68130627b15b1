//! What kinds of thing does a case hold? Kept apart, because mixing them has hurt children before.
//!
//! An account is not a persona, a persona is not a person; a report is not an incident, an incident is not a
//! crime, and none of them is the case. A payment has a payer, who need not be the child.

use crate::role::coded;

coded! {
    /// One kind of thing in a case.
    EntityKind, EntityKindError, "a kind of entity" {
        /// The child. Always the victim.
        Child = "child", "Child";
        /// Somebody told us.
        Report = "report", "Report";
        /// What happened.
        Incident = "incident", "Incident";
        /// What the police recorded: one crime per victim.
        Crime = "crime", "Crime";
        /// An identity that was claimed online.
        Persona = "persona", "Persona";
        /// An account, number or address that was used.
        Account = "account", "Account";
        /// An identified or suspected person of concern; may be a child.
        Person = "person", "Person of concern";
        /// Something that was demanded.
        Demand = "demand", "Demand";
        /// Money that was paid.
        Payment = "payment", "Payment";
        /// What was done, and what the child and the family wanted.
        Response = "response", "Response";
    }
}

coded! {
    /// The part a person or persona had in one incident. It lives on the link, never on the incident.
    Involvement, InvolvementError, "an involvement" {
        /// Harmed.
        Harmed = "harmed", "Harmed";
        /// Made the threats or demands.
        Threatened = "made-threats", "Made the threats";
        /// Paid, knowing or not.
        Paid = "paid", "Paid";
        /// Received money.
        Received = "received-money", "Received money";
        /// Saw, was told, or told us.
        Witness = "witness", "Saw it or told us";
        /// Was made to bring in, contact or deceive others. Coercion: whoever it was done to was harmed by it too.
        Coerced = "made-to-involve-others", "Was made to bring in or contact others";
        /// Was threatened with exposure, or their images were used.
        Exposed = "exposed", "Was also threatened or exposed";
    }
}
