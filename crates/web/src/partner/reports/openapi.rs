//! How is the interface described to a machine? OpenAPI 3.1, made from the template, so that it cannot fall behind.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use daymark_content::Content;
use daymark_exchange::reports::columns::TemplateColumn;
use daymark_exchange::reports::{ColumnKind, TemplateError};
use daymark_exchange::template::takes;
use serde_json::{Map, Value, json};

use super::MAX_REPORTS;
use crate::app::App;
use crate::edge::api_problem::ApiProblem;
use crate::edge::error_page::PageError;
use crate::intake;

/// The four ways of not knowing: always an answer.
const NOT_KNOWN: [&str; 4] = ["unknown", "not-asked", "declined", "not-applicable"];

/// `GET /api/openapi.json`
pub async fn show(State(app): State<App>) -> Result<Response, ApiProblem> {
    let described =
        describe(&app.content).map_err(|_| PageError::Internal { doing: "describe the interface" })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], described.to_string()).into_response())
}

/// The description.
///
/// # Errors
/// [`TemplateError`] when the record catalogue does not fit the template: a fault of ours.
pub fn describe(content: &Content) -> Result<Value, TemplateError> {
    let template = intake::template(content)?;
    let mut properties = Map::new();
    for column in template.columns() {
        properties.insert(column.column.clone(), property(column));
    }
    // The agency is the sender's own unless it is said again.
    let required: Vec<&str> = template
        .columns()
        .iter()
        .filter(|column| column.required && column.kind != ColumnKind::Agency)
        .map(|column| column.column.as_str())
        .collect();
    let problem = |status: &str, description: &str| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        (status.to_owned(), json!({ "description": description, "content": content }))
    };
    let taken = |description: &str| {
        let schema = json!({ "$ref": "#/components/schemas/Taken" });
        json!({ "description": description, "content": { "application/json": { "schema": schema } } })
    };
    let mut responses: Map<String, Value> = [
        problem("400", "The body is not JSON, or the Idempotency-Key cannot be read."),
        problem("401", "No token, or one that does not work."),
        problem("429", "Too many requests with this token; `Retry-After` says when to come again."),
        problem("403", "The member that the token acts as may not send reports."),
        problem("409", "A report with this id is here already and says something else. Nothing was kept."),
        problem("413", "More than 1 MB."),
        problem("415", "Not JSON, or an image, or something that hides a file. Nothing was kept."),
        problem("422", "Some of it cannot be taken: all problems are listed. Nothing was kept."),
        problem("500", "Something failed that should not."),
        problem("503", "Busy: send it again in a minute."),
    ]
    .into_iter()
    .collect();
    responses.insert("200".to_owned(), taken("All of them were here already, word for word."));
    responses.insert("201".to_owned(), taken("A case was opened for each report that is new."));
    let report = json!({ "$ref": "#/components/schemas/Report" });
    let body = json!({
        "required": true,
        "content": { "application/json": { "schema": { "oneOf": [
            report,
            { "type": "array", "items": report, "minItems": 1, "maxItems": MAX_REPORTS }
        ] } } }
    });
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Daymark: reports by machine",
            "description": "Sends reports into an agency’s own cases. Never send an image, a film, a file or a description of one.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" }
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": { "/api/reports": { "post": {
            "operationId": "submitReports",
            "summary": "Sends one report or a list of reports: all of them are taken or none.",
            "parameters": [{
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "Names this request: sent again with the same key it changes nothing and gets the same answer.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 64 }
            }],
            "requestBody": body,
            "responses": responses
        } } },
        "components": {
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Issued by `daymark token issue`; acts as one member of one agency."
            } },
            "schemas": {
                "Report": {
                    "type": "object",
                    "description": "The columns of the reports template by their names. What is left out, nobody asked.",
                    "additionalProperties": false,
                    "required": required,
                    "properties": properties
                },
                "Taken": {
                    "type": "object",
                    "required": ["reports"],
                    "properties": { "reports": { "type": "array", "items": {
                        "type": "object",
                        "required": ["report_id", "case", "became"],
                        "properties": {
                            "report_id": { "type": "string", "description": "As it was sent." },
                            "case": { "type": "string", "description": "The case number." },
                            "became": { "type": "string", "enum": ["opened", "known"] }
                        }
                    } } }
                },
                "Problem": {
                    "type": "object",
                    "description": "RFC 9457. `problems` lists everything that is wrong, each at its JSON pointer.",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": { "type": "string" },
                        "title": { "type": "string" },
                        "status": { "type": "integer" },
                        "detail": { "type": "string" },
                        "problems": { "type": "array", "items": {
                            "type": "object",
                            "required": ["pointer", "message", "hint"],
                            "properties": {
                                "pointer": { "type": "string" },
                                "message": { "type": "string" },
                                "hint": { "type": "string" }
                            }
                        } }
                    }
                }
            }
        }
    }))
}

/// One column as a property.
fn property(column: &TemplateColumn) -> Value {
    let description = format!("{} Takes: {}.", column.help, takes(column.kind));
    let words = || -> Vec<&str> { column.allowed.iter().map(String::as_str).chain(NOT_KNOWN).collect() };
    let text = json!({ "type": "string" });
    let list = |items: Value| json!([text, { "type": "array", "items": items }]);
    let mut schema = match column.kind {
        ColumnKind::Code => json!({ "type": "string", "enum": words() }),
        ColumnKind::Area => json!({ "type": "string", "enum": column.allowed }),
        ColumnKind::Codes => {
            json!({ "oneOf": list(json!({ "type": "string", "enum": column.allowed })) })
        }
        ColumnKind::Selectors(..) => json!({ "oneOf": list(json!({ "type": "string" })) }),
        ColumnKind::Number => {
            json!({ "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string" }] })
        }
        ColumnKind::YesNo => {
            let words: Vec<&str> = ["yes", "no"].into_iter().chain(NOT_KNOWN).collect();
            json!({ "oneOf": [{ "type": "boolean" }, { "type": "string", "enum": words }] })
        }
        ColumnKind::Amount => {
            json!({ "oneOf": [{ "type": "number", "minimum": 0 }, { "type": "string" }] })
        }
        ColumnKind::Reference => json!({ "type": "string", "maxLength": 64 }),
        ColumnKind::Marker => json!({ "oneOf": [{ "type": "boolean" }, { "type": "string" }] }),
        ColumnKind::Text | ColumnKind::Moment | ColumnKind::Currency | ColumnKind::Agency => {
            json!({ "type": "string" })
        }
    };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), Value::String(description));
    }
    schema
}
