//! All routes in one process, behind plain axum: the quick loop, the files that are generated from the routes, and what
//! needs the whole product.
//!
//! [`CRATES`] is the one list of everything that is served; [`generate`] makes of it what is written down elsewhere.

pub mod generate;

use api::Endpoint;

/// A crate of endpoints. It has one binary, of its name, that serves them.
#[derive(Clone, Copy)]
pub struct Crate {
    /// Its name.
    pub name: &'static str,
    /// The area it belongs to.
    pub area: &'static str,
    /// Its endpoints, in the order of `template.yaml`.
    pub endpoints: &'static [Endpoint],
}

/// All crates of endpoints, in the order of `template.yaml`.
pub const CRATES: [Crate; 7] = [
    Crate {
        name: "auth",
        area: "accounts",
        endpoints: &auth::ENDPOINTS,
    },
    Crate {
        name: "mfa",
        area: "accounts",
        endpoints: &mfa::ENDPOINTS,
    },
    Crate {
        name: "users",
        area: "accounts",
        endpoints: &users::ENDPOINTS,
    },
    Crate {
        name: "avatars",
        area: "accounts",
        endpoints: &avatars::ENDPOINTS,
    },
    Crate {
        name: "admin",
        area: "accounts",
        endpoints: &admin::ENDPOINTS,
    },
    Crate {
        name: "pre_registrations",
        area: "accounts",
        endpoints: &pre_registrations::ENDPOINTS,
    },
    Crate {
        name: "site",
        area: "site",
        endpoints: &site::ENDPOINTS,
    },
];

/// The endpoint that answers what none of the others does. The last crate has it.
pub const FALLBACK: Endpoint = site::answer_unknown::ENDPOINT;

/// Every crate's endpoints in one list, without the [`FALLBACK`].
pub fn endpoints() -> Vec<Endpoint> {
    let lists = CRATES.iter().map(|one| one.endpoints);
    lists.collect::<Vec<_>>().concat()
}
