//! The one list of areas: what each brings, for the workers, the tools and the tests that need all of it.
//!
//! Endpoint crates come together here and nowhere else. What is not collected here nobody outside an area knows of: an
//! endpoint without its crate in [`CRATES`] is in no document, and a job without its list in [`MAILS`] or [`JOBS`] is
//! done by no worker.
//!
//! | list | what an area brings | who reads it |
//! | --- | --- | --- |
//! | [`CRATES`] | its routes and its functions that are not called over HTTP | the OpenAPI document, `xtask`, tests |
//! | [`MAILS`], [`JOBS`] | its jobs, by what their functions give | the workers `send_email` and `perform_work` |
//! | [`SCHEDULES`] | what comes with the clock | `watch_schedules` |
//! | [`QUEUES`] | the queues of its jobs that have a function of their own | the relay |
//! | [`BELONGINGS`] | what it keeps for an account | the copy and the end of an account |
//! | [`SETTINGS`] | what its crates with jobs check when they start | the workers, which run the jobs of all areas |
//! | [`ACTIONS`] | what it writes into the audit log | the list of actions that the log can be asked for |
//! | [`kept_mail`] | what is kept of mails | the worker `send_email` |
//! | [`PERMISSIONS`] | what only some roles may do | the test that each is declared once |
//!
//! A new area is its folder and a line in each list that it has something for. The order of [`BELONGINGS`] counts: the
//! account itself goes last. An endpoint or a job of a crate that is listed needs no line here; the crate's own
//! `lib.rs` has it.

use api::Endpoint;
use kernel::audit::{self, Action};
use kernel::job::Queue;
use kernel::role::Role;
use kernel::settings::Check;
use mail::Prepared;
use work::schedule::Schedule;
use work::{Belongings, Done, Registered, Worker};

/// What one binary serves: the functions of a crate.
#[derive(Clone, Copy)]
pub struct Crate {
    /// The name of the package and of its binary.
    pub name: &'static str,
    /// The area it belongs to.
    pub area: &'static str,
    /// The routes of the crate, in the order of its area's template.
    pub endpoints: &'static [Endpoint],
    /// What it has besides them.
    pub workers: &'static [Worker],
    /// The settings that its functions check when they start.
    pub settings: &'static [Check],
}

impl Crate {
    /// The routes of the crate that have a path.
    pub fn routes(&self) -> impl Iterator<Item = &'static Endpoint> + use<> {
        let all = self.endpoints.iter();
        all.filter(|endpoint| !endpoint.is_fallback())
    }
}

/// Every crate of endpoints, in the order of the areas' templates.
pub const CRATES: &[Crate] = &[
    Crate {
        name: "auth",
        area: "accounts",
        endpoints: auth::ENDPOINTS,
        workers: auth::WORKERS,
        settings: auth::SETTINGS,
    },
    Crate {
        name: "mfa",
        area: "accounts",
        endpoints: mfa::ENDPOINTS,
        workers: &[],
        settings: mfa::SETTINGS,
    },
    Crate {
        name: "users",
        area: "accounts",
        endpoints: users::ENDPOINTS,
        workers: users::WORKERS,
        settings: users::SETTINGS,
    },
    Crate {
        name: "avatars",
        area: "accounts",
        endpoints: avatars::ENDPOINTS,
        workers: avatars::WORKERS,
        settings: avatars::SETTINGS,
    },
    Crate {
        name: "admin",
        area: "accounts",
        endpoints: admin::ENDPOINTS,
        workers: admin::WORKERS,
        settings: admin::SETTINGS,
    },
    Crate {
        name: "pre_registrations",
        area: "accounts",
        endpoints: pre_registrations::ENDPOINTS,
        workers: &[],
        settings: pre_registrations::SETTINGS,
    },
    Crate {
        name: "categories",
        area: "catalog",
        endpoints: categories::ENDPOINTS,
        workers: &[],
        settings: categories::SETTINGS,
    },
    Crate {
        name: "products",
        area: "catalog",
        endpoints: products::ENDPOINTS,
        workers: &[],
        settings: products::SETTINGS,
    },
    Crate {
        name: "images",
        area: "catalog",
        endpoints: images::ENDPOINTS,
        workers: images::WORKERS,
        settings: images::SETTINGS,
    },
    Crate {
        name: "stock",
        area: "catalog",
        endpoints: stock::ENDPOINTS,
        workers: stock::WORKERS,
        settings: stock::SETTINGS,
    },
    Crate {
        name: "search",
        area: "catalog",
        endpoints: search::ENDPOINTS,
        workers: search::WORKERS,
        settings: search::SETTINGS,
    },
    Crate {
        name: "transfers",
        area: "catalog",
        endpoints: transfers::ENDPOINTS,
        workers: transfers::WORKERS,
        settings: transfers::SETTINGS,
    },
    Crate {
        name: "tasks",
        area: "operations",
        endpoints: tasks::ENDPOINTS,
        workers: &[],
        settings: tasks::SETTINGS,
    },
    Crate {
        name: "queues",
        area: "operations",
        endpoints: queues::ENDPOINTS,
        workers: &[],
        settings: queues::SETTINGS,
    },
    Crate {
        name: "schedules",
        area: "operations",
        endpoints: schedules::ENDPOINTS,
        workers: schedules::WORKERS,
        settings: schedules::SETTINGS,
    },
    Crate {
        name: "metrics_page",
        area: "operations",
        endpoints: metrics_page::ENDPOINTS,
        workers: metrics_page::WORKERS,
        settings: metrics_page::SETTINGS,
    },
    Crate {
        name: "mails",
        area: "operations",
        endpoints: mails::ENDPOINTS,
        workers: mails::WORKERS,
        settings: mails::SETTINGS,
    },
    Crate {
        name: "reports",
        // Its function works off a queue, beside those that work off the others.
        area: "workers",
        endpoints: &[],
        workers: reports::WORKERS,
        settings: reports::SETTINGS,
    },
    Crate {
        name: "site",
        area: "site",
        endpoints: site::ENDPOINTS,
        workers: &[],
        settings: site::SETTINGS,
    },
];

/// What is kept of mails, for the worker that sends them: who gets none, and what was sent.
pub use operations::mail as kept_mail;

/// Jobs that send a mail, crate by crate.
pub const MAILS: &[&[Registered<Prepared>]] = &[
    auth::MAILS,
    users::MAILS,
    pre_registrations::MAILS,
    stock::MAILS,
    mails::MAILS,
    reports::MAILS,
];

/// Jobs that do other work, crate by crate.
pub const JOBS: &[&[Registered<Done>]] = &[
    users::JOBS,
    avatars::JOBS,
    admin::JOBS,
    products::JOBS,
    images::JOBS,
    tasks::JOBS,
];

/// The queues of jobs that are in neither list, because a function of their own does them. Named and not made of the jobs: the
/// relay must know the queues, and would hold what the functions need.
pub const QUEUES: &[Queue] = &[Queue::REPORTS, Queue::TRANSFERS];

/// What is kept for an account, in the order in which it goes. What the account itself is comes last.
pub const BELONGINGS: &[&dyn Belongings] = &[
    &tasks::TaskBelongings,
    &mails::MailBelongings,
    &avatars::PictureBelongings,
    &products::ProductBelongings,
    &transfers::TransferBelongings,
    &users::AccountBelongings,
];

/// What comes with the clock, crate by crate.
pub const SCHEDULES: &[&[Schedule]] = &[
    auth::SCHEDULES,
    users::SCHEDULES,
    stock::SCHEDULES,
    search::SCHEDULES,
    schedules::SCHEDULES,
];

/// Settings of the crates that have jobs, crate by crate. Not made of [`CRATES`]: the workers would hold all endpoints.
pub const SETTINGS: &[&[Check]] = &[
    auth::SETTINGS,
    users::SETTINGS,
    avatars::SETTINGS,
    admin::SETTINGS,
    pre_registrations::SETTINGS,
    products::SETTINGS,
    images::SETTINGS,
    stock::SETTINGS,
    tasks::SETTINGS,
    mails::SETTINGS,
    reports::SETTINGS,
];

/// What is written into the audit log.
pub const ACTIONS: &[&[Action]] = &[
    audit::ALL,
    identity::ACTIONS,
    accounts::actions::ALL,
    catalog::actions::ALL,
    operations::actions::ALL,
];

/// What only some roles may do: each permission by its name, with the roles that have it.
pub const PERMISSIONS: &[&[(&str, &[Role])]] = &[
    accounts::permissions::ALL,
    catalog::permissions::ALL,
    operations::permissions::ALL,
];

/// Every route that has a path, in the order of the areas' templates. What takes the rest is [`FALLBACK`].
pub fn endpoints() -> Vec<Endpoint> {
    CRATES.iter().flat_map(Crate::routes).copied().collect()
}

/// The endpoint that answers what none of the others does.
pub const FALLBACK: Endpoint = site::answer_unknown::ENDPOINT;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_job_has_a_name_of_its_own_and_waits_where_its_worker_looks() {
        let mails = MAILS.iter().flat_map(|jobs| jobs.iter());
        let others = JOBS.iter().flat_map(|jobs| jobs.iter());
        let mut kinds = BTreeSet::new();
        for (kind, queue) in mails.map(|job| (job.kind, &job.queue)) {
            assert!(queue.as_str().starts_with("mail-"), "{kind} is a mail");
            assert!(kinds.insert(kind), "{kind} is registered twice");
        }
        for (kind, queue) in others.map(|job| (job.kind, &job.queue)) {
            assert!(!queue.as_str().starts_with("mail-"), "{kind} is no mail");
            assert!(!QUEUES.contains(queue), "{kind} waits for another worker");
            assert!(kinds.insert(kind), "{kind} is registered twice");
        }
    }

    #[test]
    fn an_action_and_a_permission_are_declared_once() {
        let actions: Vec<&Action> = ACTIONS.iter().flat_map(|list| list.iter()).collect();
        assert_eq!(actions.iter().collect::<BTreeSet<_>>().len(), actions.len());
        let permissions: Vec<&str> = PERMISSIONS
            .iter()
            .flat_map(|list| list.iter().map(|(name, _)| *name))
            .collect();
        let different: BTreeSet<&&str> = permissions.iter().collect();
        assert_eq!(different.len(), permissions.len());
    }
}
