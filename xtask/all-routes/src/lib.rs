//! All routes in one process, behind plain axum: the quick loop, the OpenAPI document, and what needs the whole product.

use api::Endpoint;
use work::Worker;

/// What one binary serves: the functions of a crate.
#[derive(Clone, Copy)]
pub struct Crate {
    /// The name of the package and of its binary.
    pub name: &'static str,
    /// Its routes.
    pub endpoints: &'static [Endpoint],
    /// What it has beside them.
    pub workers: &'static [Worker],
}

/// Every crate of functions, in the order of `template.yaml`.
pub const CRATES: &[Crate] = &[
    Crate {
        name: "auth",
        endpoints: auth::ENDPOINTS,
        workers: auth::WORKERS,
    },
    Crate {
        name: "mfa",
        endpoints: mfa::ENDPOINTS,
        workers: &[],
    },
    Crate {
        name: "users",
        endpoints: users::ENDPOINTS,
        workers: &[],
    },
    Crate {
        name: "avatars",
        endpoints: avatars::ENDPOINTS,
        workers: avatars::WORKERS,
    },
    Crate {
        name: "admin",
        endpoints: admin::ENDPOINTS,
        workers: admin::WORKERS,
    },
    Crate {
        name: "pre_registrations",
        endpoints: pre_registrations::ENDPOINTS,
        workers: &[],
    },
    Crate {
        name: "site",
        endpoints: site::ENDPOINTS,
        workers: &[],
    },
    Crate {
        name: "tasks",
        endpoints: &[],
        workers: tasks::WORKERS,
    },
];

/// Every route that has a path, in the order of `template.yaml`. What takes the rest is `site::answer_unknown`.
pub fn endpoints() -> Vec<Endpoint> {
    let all = CRATES.iter().flat_map(|one| one.endpoints);
    all.filter(|endpoint| !endpoint.is_fallback())
        .copied()
        .collect()
}
