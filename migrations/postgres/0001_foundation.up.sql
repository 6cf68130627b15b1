-- Foundation: agencies and people, cases and what they hold, keys, audit, links.
-- Every table that can hold a child's record has agency_id in its primary, unique and foreign keys.
-- Columns that end in _sealed are encrypted by the application (store/src/seal.rs).
-- Columns that end in _index are keyed hashes (blind indexes). Times are milliseconds since 1970 UTC; days are ISO dates.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE agency (
    agency_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    area TEXT NOT NULL,
    prefix TEXT NOT NULL UNIQUE,
    next_case BIGINT NOT NULL,
    contact TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE agency_key (
    agency_id TEXT NOT NULL REFERENCES agency,
    purpose TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (agency_id, purpose)
);

CREATE TABLE audit_head (
    agency_id TEXT NOT NULL PRIMARY KEY REFERENCES agency,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE audit (
    agency_id TEXT NOT NULL REFERENCES agency,
    seq BIGINT NOT NULL,
    member_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    verb TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_agency TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    policies TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (agency_id, seq)
);
CREATE INDEX audit_subject ON audit (subject_agency, subject_id, at_ms);

-- People who sign in.

CREATE TABLE member (
    agency_id TEXT NOT NULL REFERENCES agency,
    member_id TEXT NOT NULL,
    sign_in_index BYTEA NOT NULL,
    sign_in_sealed BYTEA NOT NULL,
    name_sealed BYTEA NOT NULL,
    standing TEXT NOT NULL,
    password_hash TEXT,
    second_factor_sealed BYTEA,
    second_factor_step BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL,
    row_version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, member_id),
    UNIQUE (agency_id, sign_in_index)
);
CREATE INDEX member_sign_in ON member (sign_in_index);

CREATE TABLE member_role (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (agency_id, member_id, role),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);

CREATE TABLE invitation (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    token_index BYTEA NOT NULL,
    invited_by TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, member_id),
    UNIQUE (agency_id, token_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);

CREATE TABLE recovery_code (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    code_index BYTEA NOT NULL,
    used_at_ms BIGINT,
    PRIMARY KEY (agency_id, member_id, code_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);

CREATE TABLE session (
    agency_id TEXT NOT NULL,
    session_index BYTEA NOT NULL,
    member_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    step_up_at_ms BIGINT,
    PRIMARY KEY (agency_id, session_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);
CREATE INDEX session_by_index ON session (session_index);

CREATE TABLE draft (
    agency_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    form TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_sealed BYTEA NOT NULL,
    row_version BIGINT NOT NULL,
    saved_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, member_id, form, subject),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);

CREATE TABLE idempotency (
    agency_id TEXT NOT NULL REFERENCES agency,
    idempotency_key TEXT NOT NULL,
    request_digest BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, idempotency_key)
);

-- Machines that send reports: each token acts as one member of one agency. Only its SHA-256 is kept.
CREATE TABLE api_token (
    agency_id TEXT NOT NULL,
    token_index BYTEA NOT NULL,
    member_id TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT,
    PRIMARY KEY (agency_id, token_index),
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);
CREATE INDEX api_token_by_index ON api_token (token_index);

-- Cases and what they hold.

CREATE TABLE case_file (
    agency_id TEXT NOT NULL REFERENCES agency,
    case_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    status TEXT NOT NULL,
    area TEXT NOT NULL,
    opened_at_ms BIGINT NOT NULL,
    next_check_on TEXT,
    lead_member_id TEXT,
    import_id TEXT,
    content_version TEXT NOT NULL,
    row_version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, case_id),
    UNIQUE (agency_id, reference)
);
CREATE INDEX case_file_id ON case_file (case_id);
CREATE INDEX case_file_opened ON case_file (agency_id, opened_at_ms, reference, status, area);
CREATE INDEX case_file_count ON case_file (agency_id, status, area);
CREATE INDEX case_file_check ON case_file (agency_id, next_check_on, reference) WHERE next_check_on IS NOT NULL;

CREATE TABLE case_key (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    holder_agency_id TEXT NOT NULL REFERENCES agency,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (agency_id, case_id, holder_agency_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);
CREATE INDEX case_key_holder ON case_key (holder_agency_id, agency_id, case_id);

CREATE TABLE assignment (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    assigned_by TEXT NOT NULL,
    assigned_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id, member_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file,
    FOREIGN KEY (agency_id, member_id) REFERENCES member
);
CREATE INDEX assignment_member ON assignment (agency_id, member_id);

CREATE TABLE entity (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    body_sealed BYTEA NOT NULL,
    row_version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id, entity_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);

-- Two people who add at once never get the same place.
CREATE UNIQUE INDEX entity_place ON entity (agency_id, case_id, kind, ordinal);

-- What an entity said before it was changed. Never deleted with the change: every judgement can be undone.
CREATE TABLE entity_history (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    row_version BIGINT NOT NULL,
    body_sealed BYTEA NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id, entity_id, row_version),
    FOREIGN KEY (agency_id, case_id, entity_id) REFERENCES entity
);

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
);

-- Direct identifiers: a store of their own, sealed under the other root key.
CREATE TABLE identity_record (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    body_sealed BYTEA NOT NULL,
    row_version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);

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
    script_index BYTEA,
    origin_index BYTEA,
    report_index BYTEA,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);
CREATE INDEX case_coarse_received ON case_coarse (received_on, agency_id, case_id);

CREATE TABLE selector (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    hub_index BYTEA NOT NULL,
    root_index BYTEA,
    harmless TEXT NOT NULL,
    PRIMARY KEY (agency_id, case_id, entity_id, hub_index),
    FOREIGN KEY (agency_id, case_id, entity_id) REFERENCES entity
);
CREATE INDEX selector_hub ON selector (hub_index);

-- The agency's own reference for the child, under the agency's own key: finds the child's case before another is opened.
CREATE TABLE child_reference (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    reference_index BYTEA NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);
CREATE INDEX child_reference_index ON child_reference (agency_id, reference_index);

-- Imports.

CREATE TABLE import_batch (
    agency_id TEXT NOT NULL REFERENCES agency,
    import_id TEXT NOT NULL,
    file_digest BYTEA NOT NULL,
    n_rows BIGINT NOT NULL,
    n_new BIGINT NOT NULL,
    n_known BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, import_id),
    UNIQUE (agency_id, file_digest)
);

CREATE TABLE imported_row (
    agency_id TEXT NOT NULL,
    external_index BYTEA NOT NULL,
    row_digest BYTEA NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, external_index),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);

CREATE TABLE import_mapping (
    agency_id TEXT NOT NULL PRIMARY KEY REFERENCES agency,
    mapping TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at_ms BIGINT NOT NULL
);

-- Between agencies.

CREATE TABLE referral (
    agency_id TEXT NOT NULL,
    referral_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    to_agency_id TEXT NOT NULL REFERENCES agency,
    status TEXT NOT NULL,
    reason_sealed BYTEA NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at_ms BIGINT NOT NULL,
    answer_sealed BYTEA,
    answered_by TEXT,
    answered_at_ms BIGINT,
    row_version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, referral_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);
CREATE UNIQUE INDEX referral_one_open ON referral (agency_id, case_id, to_agency_id) WHERE status = 'open';
CREATE INDEX referral_to ON referral (to_agency_id, status);

-- "Ask to see this case": asked by another agency, answered by the owner.
CREATE TABLE sight_request (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    asking_agency_id TEXT NOT NULL REFERENCES agency,
    asked_by TEXT NOT NULL,
    reason_sealed BYTEA NOT NULL,
    status TEXT NOT NULL,
    asked_at_ms BIGINT NOT NULL,
    answered_by TEXT,
    answered_at_ms BIGINT,
    answer_sealed BYTEA,
    PRIMARY KEY (agency_id, case_id, asking_agency_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);

-- What people decided about two cases. Kept for ever; undone by a later row, never deleted.
CREATE TABLE judgement (
    agency_id TEXT NOT NULL REFERENCES agency,
    judgement_id TEXT NOT NULL,
    case_l TEXT NOT NULL,
    case_r TEXT NOT NULL,
    judgement TEXT NOT NULL,
    judged_by TEXT NOT NULL,
    judged_at_ms BIGINT NOT NULL,
    undone_by TEXT,
    undone_at_ms BIGINT,
    PRIMARY KEY (agency_id, judgement_id)
);
CREATE INDEX judgement_pair ON judgement (case_l, case_r);
CREATE INDEX judgement_right ON judgement (case_r);

-- Derived by the matching service; made anew from cases and judgements at any time. Hub tables: no agency owns them.

CREATE TABLE link (
    agency_l TEXT NOT NULL,
    case_l TEXT NOT NULL,
    agency_r TEXT NOT NULL,
    case_r TEXT NOT NULL,
    match_weight DOUBLE PRECISION NOT NULL,
    match_probability DOUBLE PRECISION NOT NULL,
    found_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_l, case_l, agency_r, case_r)
);
CREATE INDEX link_r ON link (agency_r, case_r);

-- How many links a linked case has: lists ask it of each of their lines.
CREATE TABLE case_links (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    n_links BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id)
);

CREATE TABLE pool (
    pool_id TEXT NOT NULL PRIMARY KEY,
    n_cases BIGINT NOT NULL,
    n_agencies BIGINT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    n_last_28_days BIGINT NOT NULL,
    found_at_ms BIGINT NOT NULL
);
CREATE INDEX pool_growth ON pool (n_last_28_days DESC, last_seen DESC, n_cases DESC, pool_id);

CREATE TABLE pool_member (
    pool_id TEXT NOT NULL REFERENCES pool,
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    joined_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);
CREATE INDEX pool_member_pool ON pool_member (pool_id, agency_id);

-- What somebody decided to do next about a pool; outlives the pool's re-making by its oldest case.
CREATE TABLE pool_action (
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    next_action TEXT NOT NULL,
    due_on TEXT,
    lead_agency_id TEXT REFERENCES agency,
    set_by TEXT NOT NULL,
    set_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES case_file
);

-- A second wall: whoever reads past the application still sees only the agency that the transaction acts for.
-- The application's role must not own the tables or be a superuser for this to bind; FORCE binds the owner too.
ALTER TABLE case_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_file FORCE ROW LEVEL SECURITY;
CREATE POLICY case_file_wall ON case_file USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR EXISTS (SELECT 1 FROM case_key k WHERE k.agency_id = case_file.agency_id AND k.case_id = case_file.case_id AND k.holder_agency_id = current_setting('daymark.agency', true))) WITH CHECK (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE case_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_key FORCE ROW LEVEL SECURITY;
CREATE POLICY case_key_wall ON case_key USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR holder_agency_id = current_setting('daymark.agency', true));
ALTER TABLE assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignment FORCE ROW LEVEL SECURITY;
CREATE POLICY assignment_wall ON assignment USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE entity ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity FORCE ROW LEVEL SECURITY;
CREATE POLICY entity_wall ON entity USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR EXISTS (SELECT 1 FROM case_key k WHERE k.agency_id = entity.agency_id AND k.case_id = entity.case_id AND k.holder_agency_id = current_setting('daymark.agency', true))) WITH CHECK (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE entity_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity_history FORCE ROW LEVEL SECURITY;
CREATE POLICY entity_history_wall ON entity_history USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR EXISTS (SELECT 1 FROM case_key k WHERE k.agency_id = entity_history.agency_id AND k.case_id = entity_history.case_id AND k.holder_agency_id = current_setting('daymark.agency', true))) WITH CHECK (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE involvement ENABLE ROW LEVEL SECURITY;
ALTER TABLE involvement FORCE ROW LEVEL SECURITY;
CREATE POLICY involvement_wall ON involvement USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR EXISTS (SELECT 1 FROM case_key k WHERE k.agency_id = involvement.agency_id AND k.case_id = involvement.case_id AND k.holder_agency_id = current_setting('daymark.agency', true))) WITH CHECK (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE child_reference ENABLE ROW LEVEL SECURITY;
ALTER TABLE child_reference FORCE ROW LEVEL SECURITY;
CREATE POLICY child_reference_wall ON child_reference USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE identity_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_record FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_record_wall ON identity_record USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE draft FORCE ROW LEVEL SECURITY;
CREATE POLICY draft_wall ON draft USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral FORCE ROW LEVEL SECURITY;
CREATE POLICY referral_wall ON referral USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR to_agency_id = current_setting('daymark.agency', true));
ALTER TABLE sight_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE sight_request FORCE ROW LEVEL SECURITY;
CREATE POLICY sight_request_wall ON sight_request USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*' OR asking_agency_id = current_setting('daymark.agency', true));
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_wall ON idempotency USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE import_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_batch FORCE ROW LEVEL SECURITY;
CREATE POLICY import_batch_wall ON import_batch USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE imported_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE imported_row FORCE ROW LEVEL SECURITY;
CREATE POLICY imported_row_wall ON imported_row USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE import_mapping ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_mapping FORCE ROW LEVEL SECURITY;
CREATE POLICY import_mapping_wall ON import_mapping USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_wall ON audit USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_head FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_head_wall ON audit_head USING (agency_id = current_setting('daymark.agency', true) OR current_setting('daymark.agency', true) = '*');
