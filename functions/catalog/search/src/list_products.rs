use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use api::{
    Answer, ApiError, App, CallerWithRole, Endpoint, Errors, Fields, Limiter, MaybeCaller,
    PUBLIC_KEYS, endpoint,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use catalog::permissions::ManageCatalog;
use catalog_index::{Activity, Change};
use futures_util::future::try_join;
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};

use crate::asked::{Asked, ListProducts};
use crate::facets_body::ProductFacets;
use crate::overlay::own_changes;
use crate::page::ProductPage;
use crate::rows::rows;
use crate::shelf;
use crate::stored::Stored;

pub const ENDPOINT: Endpoint = endpoint!(list_products)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("GET", "/api/products")])
    .sampled_with(&["search", "ordering", "facets"])
    .beside(&["POST"])
    .limited(&[PER_ACCOUNT, PER_CLIENT]);

/// Lists that an account is answered, as the systems before this one granted it. One that the caller has already is not counted.
const PER_ACCOUNT: Limit = Limit {
    name: "products-account",
    quota: 800,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// Lists that a visitor is answered, likewise.
const PER_CLIENT: Limit = Limit {
    name: "products-client",
    quota: 100,
    window: SignedDuration::from_hours(1),
    per: Per::Client,
};

/// How long anybody may keep what visitors are answered: as long as the lists of the system before this one were kept.
const FOR_EVERYBODY: &str = "public, max-age=60";

/// What a caller is answered may have what nobody else sees, and must have what the caller has changed since.
const FOR_THE_CALLER: &str = "private, no-store";

/// List the products.
///
/// Those that visitors see: active ones, in a category that is. A change is seen by who made it at once, by others within
/// seconds. `attributes.KEY=VALUE` narrows the list to what has the value; of several values of one key any will do. With an
/// `ETag`. At most 800 an hour and account, and 100 an hour for a visitor; a 304 is not counted.
#[utoipa::path(
    get, path = "/api/v1/products", tag = "catalog",
    security((), ("bearer" = [])),
    params(
        ListProducts,
        ("attributes.KEY" = Option<String>, Query, description = "A value of an attribute, for any KEY; may be there several times", example = "green"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that the caller has", example = "\"8f14e45fceea167a\""),
    ),
    responses(
        (status = 200, description = "A page of products", body = ProductPage),
        (status = 304, description = "The list is the one that `If-None-Match` names"),
        Errors,
    )
)]
pub async fn list_products(
    caller: MaybeCaller,
    State(app): State<App>,
    limiter: Limiter,
    mut asked: Asked,
    headers: HeaderMap,
) -> Answer<Response> {
    let (who, stored) =
        try_join(Box::pin(caller.find(&app)), Box::pin(shelf::current(&app))).await?;
    asked.query.activity = activity(&asked, who.as_ref())?;
    // Who names a list may have it already, which costs no count. Nobody else can, and is counted beside what is read.
    let known = headers.typed_get::<IfNoneMatch>();
    let own = Box::pin(own(&app, who.as_ref(), &stored));
    asked.query.overlay = match known {
        Some(_) => own.await?,
        None => {
            try_join(Box::pin(count(&limiter, who.as_ref())), own)
                .await?
                .1
        }
    };

    let etag = etag(&stored, &asked);
    let head = [
        (
            header::CACHE_CONTROL,
            if who.is_some() {
                FOR_THE_CALLER
            } else {
                FOR_EVERYBODY
            },
        ),
        (header::VARY, "authorization"),
    ];
    if let Some(known) = known {
        if !known.precondition_passes(&etag) {
            return Ok(tagged(
                (StatusCode::NOT_MODIFIED, head).into_response(),
                etag,
            ));
        }
        Box::pin(count(&limiter, who.as_ref())).await?;
    }

    let answer = stored.index.search(&asked.query);
    let answer = answer.map_err(ApiError::internal)?;
    let answer = answer.ok_or_else(|| Fields::error("category", "There is no such category."))?;
    let tree = stored.index.manifest().tree();
    let facets = answer.facets.map(|facets| ProductFacets::of(facets, tree));
    let results = rows(&app, answer.rows, asked.query.activity).await?;
    let page = ProductPage::of(&asked, answer.count, results, facets);
    let page = page.ok_or_else(ApiError::not_found)?;
    Ok(tagged((head, axum::Json(page)).into_response(), etag))
}

/// Which products are listed: what is not shown is for who manages the catalogue, and for who made it.
fn activity(asked: &Asked, who: Option<&CallerWithRole>) -> Answer<Activity> {
    if !asked.wants_hidden {
        return Ok(Activity::Active);
    }
    let who = who.ok_or_else(ApiError::unauthenticated)?;
    let own = Some(who.user_id.uuid());
    Ok(Activity::Inactive {
        creator: own.filter(|_| !who.has::<ManageCatalog>()),
    })
}

/// What the caller has changed a moment ago.
async fn own(app: &App, who: Option<&CallerWithRole>, stored: &Stored) -> Answer<Vec<Change>> {
    match who {
        Some(who) => own_changes(app, who.user_id, &stored.index).await,
        None => Ok(Vec::new()),
    }
}

/// Counts a list that is answered.
async fn count(limiter: &Limiter, who: Option<&CallerWithRole>) -> Answer<()> {
    match who {
        Some(who) => limiter.per_account(&PER_ACCOUNT, who.user_id).await,
        None => limiter.per_client(&PER_CLIENT).await,
    }
}

/// A name for this very list: of the index, of what is asked of it, and of what the caller sees of it.
fn etag(stored: &Stored, asked: &Asked) -> ETag {
    // Fixed keys, so every process says the same.
    let mut hasher = DefaultHasher::new();
    stored.etag.hash(&mut hasher);
    format!("{:?}", asked.query).hash(&mut hasher);
    let name = format!("\"{:016x}\"", hasher.finish());
    name.parse().expect("digits in quotes are an entity tag")
}

fn tagged(mut response: Response, etag: ETag) -> Response {
    response.headers_mut().typed_insert(etag);
    response
}
