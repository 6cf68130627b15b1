//! What was sent in a form? Read field by field; what cannot be read is a calm page, never a bare code.

use axum::extract::{FromRequest, Request};
use axum_extra::extract::FormRejection;
use serde::de::DeserializeOwned;

use super::error_page::PageError;

/// A form's fields. Give each field of `T` a default: what is missing is then the room's to say, beside its field.
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        match axum_extra::extract::Form::from_request(request, state).await {
            Ok(axum_extra::extract::Form(fields)) => Ok(Self(fields)),
            Err(FormRejection::FailedToDeserializeForm(_)) => Err(PageError::BadRequest {
                problems: vec![
                    "The form holds a field that this page does not have. Go back, reload the page and send it again."
                        .to_owned(),
                ],
            }),
            Err(rejection) if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
                Err(PageError::TooLarge { limit: "1 MB" })
            }
            Err(_) => Err(PageError::BadRequest {
                problems: vec!["This page takes a form and nothing else.".to_owned()],
            }),
        }
    }
}
