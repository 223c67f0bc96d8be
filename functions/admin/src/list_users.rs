use api::{
    Answer, App, Endpoint, Errors, Fields, PageBody, PageParams, Paging, Permitted, Query, endpoint,
};
use axum::extract::State;
use domain::permission::ReadUsers;
use serde::Serialize;
use store::{InvalidPosition, PersonSummary};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::people_filters::ListUsers;

pub const ENDPOINT: Endpoint = endpoint!(list_users);

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedUser {
    /// Its id.
    id: Uuid,
    /// Its address.
    #[schema(example = "ann@example.com")]
    email: String,
    /// Its username, if it has one.
    #[schema(example = "ann.miller")]
    username: Option<String>,
    /// First name, or empty.
    #[schema(example = "Ann")]
    first_name: String,
    /// Last name, or empty.
    #[schema(example = "Miller")]
    last_name: String,
    /// Its role.
    #[schema(example = "parent")]
    role: &'static str,
    /// False while an administrator has it locked.
    #[schema(example = true)]
    is_active: bool,
    /// Whether its address is verified.
    #[schema(example = true)]
    email_verified: bool,
    /// When it was made (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    created_at: String,
}

impl From<PersonSummary> for ListedUser {
    fn from(person: PersonSummary) -> Self {
        Self {
            id: person.id.uuid(),
            email: person.email.into(),
            username: person.username.map(|username| username.as_str().to_owned()),
            first_name: person.first_name.to_string(),
            last_name: person.last_name.to_string(),
            role: person.role.as_str(),
            is_active: person.is_active,
            email_verified: person.email_verified,
            created_at: person.created_at.to_string(),
        }
    }
}

/// List accounts, or search them.
///
/// The list follows the accounts within seconds. Where few of those that a search finds fit the filters, a page may have
/// fewer entries than asked for and still a `next`.
#[utoipa::path(
    get, path = "/api/v1/users/", tag = "admin",
    security(("bearer" = ["users:read"])),
    params(ListUsers, PageParams),
    responses((status = 200, description = "A page of accounts", body = PageBody<ListedUser>), Errors)
)]
pub async fn list_users(
    _: Permitted<ReadUsers>,
    State(app): State<App>,
    Query(query): Query<ListUsers>,
    paging: Paging,
) -> Answer<axum::Json<PageBody<ListedUser>>> {
    let (filter, order) = query.read()?;

    let people = app.store().people();
    let listed = people.list(&filter, &order, &paging.request).await?;
    let listed = listed.ok_or_else(|| Fields::error("page", InvalidPosition))?;

    Ok(paging.body(listed.page.map(ListedUser::from)))
}
