-- Foundation: agencies and people, cases and what they hold, keys, audit, links.
-- Every table that can hold a child's record has agency_id in its primary, unique and foreign keys.
-- Columns that end in _sealed are encrypted by the application (store/src/seal.rs).
-- Columns that end in _index are keyed hashes (blind indexes). Times are milliseconds since 1970 UTC; days are ISO dates.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE agency (
    agency_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    area TEXT NOT NULL,
    prefix TEXT NOT NULL UNIQUE,
    next_case INTEGER NOT NULL,
    contact TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE agency_key (
    agency_id TEXT NOT NULL REFERENCES agency,
    purpose TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (agency_id, purpose)
) STRICT;

CREATE TABLE audit_head (
    agency_id TEXT NOT NULL PRIMARY KEY REFERENCES agency,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
    agency_id TEXT NOT NULL REFERENCES agency,
    seq INTEGER NOT NULL,
    member_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    verb TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_agency TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    policies TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (agency_id, seq)
) STRICT;
CREATE INDEX audit_subject ON audit (subject_agency, subject_id, at_ms);

-- People who sign in.

CREATE TABLE member (
    agency_id TEXT NOT NULL REFERENCES agency,
    member_id TEXT NOT NULL,
    sign_in_index BLOB NOT NULL,
    sign_in_sealed BLOB NOT NULL,
    name_sealed BLOB NOT NULL,
    standing TEXT NOT NULL,
    password_hash TEXT,
    second_factor_sealed BLOB,
    second_factor_step INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    row_version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, member_id),
    UNIQUE (agency_id, sign_in_index)
) STRICT;
CREATE INDEX member_sign_in ON member (sign_in_index);

CREATE TABLE member_role (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (agency_id, member_id, role),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT;

CREATE TABLE invitation (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    token_index BLOB NOT NULL,
    invited_by TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, member_id),
    UNIQUE (agency_id, token_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT;

CREATE TABLE recovery_code (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    code_index BLOB NOT NULL,
    used_at_ms INTEGER,
    PRIMARY KEY (agency_id, member_id, code_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT;

CREATE TABLE session (
    agency_id TEXT NOT NULL,
    session_index BLOB NOT NULL,
    member_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    step_up_at_ms INTEGER,
    PRIMARY KEY (agency_id, session_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT;
CREATE INDEX session_by_index ON session (session_index);

CREATE TABLE draft (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    form TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_sealed BLOB NOT NULL,
    row_version INTEGER NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, member_id, form, subject),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT;

CREATE TABLE idempotency (
    agency_id TEXT NOT NULL REFERENCES agency,
    idempotency_key TEXT NOT NULL,
    request_digest BLOB NOT NULL,
    outcome TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, idempotency_key)
) STRICT;

-- Machines that send reports: each token acts as one member of one agency. Only its SHA-256 is kept.
CREATE TABLE api_token (
    agency_id TEXT NOT NULL,
    token_index BLOB NOT NULL,
    member_id TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER,
    PRIMARY KEY (agency_id, token_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT;
CREATE INDEX api_token_by_index ON api_token (token_index);

-- Cases and what they hold.

CREATE TABLE case_file (
    agency_id TEXT NOT NULL REFERENCES agency,
    case_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    status TEXT NOT NULL,
    area TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    next_check_on TEXT,
    lead_member_id TEXT,
    import_id TEXT,
    content_version TEXT NOT NULL,
    row_version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, case_id),
    UNIQUE (agency_id, reference)
) STRICT;
CREATE INDEX case_file_id ON case_file (case_id);
CREATE INDEX case_file_opened ON case_file (agency_id, opened_at_ms, reference, status, area);
CREATE INDEX case_file_count ON case_file (agency_id, status, area);
CREATE INDEX case_file_check ON case_file (agency_id, next_check_on, reference) WHERE next_check_on IS NOT NULL;

CREATE TABLE case_key (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    holder_agency_id TEXT NOT NULL REFERENCES agency,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (agency_id, case_id, holder_agency_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT, WITHOUT ROWID;
CREATE INDEX case_key_holder ON case_key (holder_agency_id, agency_id, case_id);

CREATE TABLE assignment (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    assigned_by TEXT NOT NULL,
    assigned_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id, member_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file,
    FOREIGN KEY (agency_id, member_id) REFERENCES member
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_member ON assignment (agency_id, member_id);

CREATE TABLE entity (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    body_sealed BLOB NOT NULL,
    row_version INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id, entity_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;

-- Two people who add at once never get the same place.
CREATE UNIQUE INDEX entity_place ON entity (agency_id, case_id, kind, ordinal);

-- What an entity said before it was changed. Never deleted with the change: every judgement can be undone.
CREATE TABLE entity_history (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    row_version INTEGER NOT NULL,
    body_sealed BLOB NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id, entity_id, row_version),
    FOREIGN KEY (agency_id, case_id, entity_id) REFERENCES entity
) STRICT;

-- The part a person or persona had in one incident: on the link, never on the incident.
CREATE TABLE involvement (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    involvement TEXT NOT NULL,
    PRIMARY KEY (agency_id, case_id, incident_id, party_id, involvement),
    FOREIGN KEY (agency_id, case_id, incident_id) REFERENCES entity,
    FOREIGN KEY (agency_id, case_id, party_id) REFERENCES entity
) STRICT, WITHOUT ROWID;

-- Direct identifiers: a store of their own, sealed under the other root key.
CREATE TABLE identity_record (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    body_sealed BLOB NOT NULL,
    row_version INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;

-- Derived from the entities in the same transaction: coarse facts for lists, statistics and linkage.
CREATE TABLE case_coarse (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    received_on TEXT NOT NULL,
    happened_on TEXT,
    area TEXT NOT NULL,
    age_band TEXT NOT NULL,
    gender TEXT NOT NULL,
    motive TEXT NOT NULL,
    approach TEXT NOT NULL,
    platform TEXT NOT NULL,
    moved_to TEXT NOT NULL,
    exchange TEXT NOT NULL,
    demands TEXT NOT NULL,
    demand_method TEXT NOT NULL,
    persona_gender TEXT NOT NULL,
    threat_deadline TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    leak_status TEXT NOT NULL,
    disclosure_route TEXT NOT NULL,
    paid TEXT NOT NULL,
    script_index BLOB,
    origin_index BLOB,
    report_index BLOB,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;
CREATE INDEX case_coarse_received ON case_coarse (received_on, agency_id, case_id);

CREATE TABLE selector (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    hub_index BLOB NOT NULL,
    root_index BLOB,
    harmless TEXT NOT NULL,
    PRIMARY KEY (agency_id, case_id, entity_id, hub_index),
    FOREIGN KEY (agency_id, case_id, entity_id) REFERENCES entity
) STRICT;
CREATE INDEX selector_hub ON selector (hub_index);

-- The agency's own reference for the child, under the agency's own key: finds the child's case before another is opened.
CREATE TABLE child_reference (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    reference_index BLOB NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;
CREATE INDEX child_reference_index ON child_reference (agency_id, reference_index);

-- Imports.

CREATE TABLE import_batch (
    agency_id TEXT NOT NULL REFERENCES agency,
    import_id TEXT NOT NULL,
    file_digest BLOB NOT NULL,
    n_rows INTEGER NOT NULL,
    n_new INTEGER NOT NULL,
    n_known INTEGER NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, import_id),
    UNIQUE (agency_id, file_digest)
) STRICT;

CREATE TABLE imported_row (
    agency_id TEXT NOT NULL,
    external_index BLOB NOT NULL,
    row_digest BLOB NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, external_index),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT, WITHOUT ROWID;

CREATE TABLE import_mapping (
    agency_id TEXT NOT NULL PRIMARY KEY REFERENCES agency,
    mapping TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
) STRICT;

-- Between agencies.

CREATE TABLE referral (
    agency_id TEXT NOT NULL,
    referral_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    to_agency_id TEXT NOT NULL REFERENCES agency,
    status TEXT NOT NULL,
    reason_sealed BLOB NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    answer_sealed BLOB,
    answered_by TEXT,
    answered_at_ms INTEGER,
    row_version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, referral_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;
CREATE UNIQUE INDEX referral_one_open ON referral (agency_id, case_id, to_agency_id) WHERE status = 'open';
CREATE INDEX referral_to ON referral (to_agency_id, status);

-- "Ask to see this case": asked by another agency, answered by the owner.
CREATE TABLE sight_request (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    asking_agency_id TEXT NOT NULL REFERENCES agency,
    asked_by TEXT NOT NULL,
    reason_sealed BLOB NOT NULL,
    status TEXT NOT NULL,
    asked_at_ms INTEGER NOT NULL,
    answered_by TEXT,
    answered_at_ms INTEGER,
    answer_sealed BLOB,
    PRIMARY KEY (agency_id, case_id, asking_agency_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;

-- What people decided about two cases. Kept for ever; undone by a later row, never deleted.
CREATE TABLE judgement (
    agency_id TEXT NOT NULL REFERENCES agency,
    judgement_id TEXT NOT NULL,
    case_l TEXT NOT NULL,
    case_r TEXT NOT NULL,
    judgement TEXT NOT NULL,
    judged_by TEXT NOT NULL,
    judged_at_ms INTEGER NOT NULL,
    undone_by TEXT,
    undone_at_ms INTEGER,
    PRIMARY KEY (agency_id, judgement_id)
) STRICT;
CREATE INDEX judgement_pair ON judgement (case_l, case_r);
CREATE INDEX judgement_right ON judgement (case_r);

-- Derived by the matching service; made anew from cases and judgements at any time. Hub tables: no agency owns them.

CREATE TABLE link (
    agency_l TEXT NOT NULL,
    case_l TEXT NOT NULL,
    agency_r TEXT NOT NULL,
    case_r TEXT NOT NULL,
    match_weight REAL NOT NULL,
    match_probability REAL NOT NULL,
    found_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_l, case_l, agency_r, case_r)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_r ON link (agency_r, case_r);

-- How many links a linked case has: lists ask it of each of their lines.
CREATE TABLE case_links (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    n_links INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool (
    pool_id TEXT NOT NULL PRIMARY KEY,
    n_cases INTEGER NOT NULL,
    n_agencies INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    n_last_28_days INTEGER NOT NULL,
    found_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX pool_growth ON pool (n_last_28_days DESC, last_seen DESC, n_cases DESC, pool_id);

CREATE TABLE pool_member (
    pool_id TEXT NOT NULL REFERENCES pool,
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    joined_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT, WITHOUT ROWID;
CREATE INDEX pool_member_pool ON pool_member (pool_id, agency_id);

-- What somebody decided to do next about a pool; outlives the pool's re-making by its oldest case.
CREATE TABLE pool_action (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    next_action TEXT NOT NULL,
    due_on TEXT,
    lead_agency_id TEXT REFERENCES agency,
    set_by TEXT NOT NULL,
    set_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
) STRICT;
