use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use kernel::audit::{Action, Entry};
use kernel::clock::{Clock, SystemClock};
use kernel::id::{AuditId, TaskId};
use kernel::job::Job;
use kernel::random::{Random, Randomness, SystemRandomness};
use kernel::settings::{BadSetting, Environment, Section};
use kernel::task::Task;
use store::Store;

use crate::clients::Clients;
use crate::files::Files;
use crate::queues::Queues;
use crate::secrets::Secrets;
use crate::settings::Settings;

/// Everything a handler or worker works with. It is cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    environment: Environment,
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Random,
    clients: Clients,
    store: OnceLock<Store>,
    parts: Mutex<HashMap<TypeId, Part>>,
}

type Part = Arc<dyn Any + Send + Sync>;

/// What a [`Section`] is kept as: its type tells it from a part of the same type.
struct Read<S>(Arc<S>);

impl App {
    /// The App of a function: settings, region and credentials from the environment.
    pub fn from_env() -> Result<Self, BadSetting> {
        Self::new(
            Environment::of_process(),
            Arc::new(SystemClock),
            Arc::new(SystemRandomness),
            Clients::from_env(),
        )
    }

    /// An App of parts.
    pub fn new(
        environment: Environment,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        clients: Clients,
    ) -> Result<Self, BadSetting> {
        Ok(Self(Arc::new(Inner {
            settings: Settings::read(&environment)?,
            environment,
            clock,
            random: Random::new(randomness),
            clients,
            store: OnceLock::new(),
            parts: Mutex::default(),
        })))
    }

    /// What every function knows of its installation.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What a concern or an area sets. It is read when it is first asked for, and kept.
    ///
    /// # Panics
    /// Panics if the section cannot be read. A function [checks](kernel::settings::check) the sections it works with when it
    /// starts, so this is one that it forgot to check.
    pub fn section<S: Section>(&self) -> Arc<S> {
        let read = self.part_or(|| match S::read(&self.0.environment) {
            Ok(section) => Read(Arc::new(section)),
            Err(error) => panic!("{error}"),
        });
        Arc::clone(&read.0)
    }

    /// What a crate keeps for the life of the process: a cache, say. It is made when it is first asked for.
    pub fn part<P: Default + Send + Sync + 'static>(&self) -> Arc<P> {
        self.part_or(P::default)
    }

    /// The moment that it is now.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Randomness fit for secrets.
    pub fn random(&self) -> Random {
        self.0.random.clone()
    }

    /// The clients of AWS services.
    pub fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// The tables of the installation.
    pub fn store(&self) -> &Store {
        let build = || {
            let settings = &self.0.settings;
            Store::new(
                self.0.clients.dynamodb().clone(),
                settings.stack.clone(),
                settings.audit_retention,
                self.random(),
            )
        };
        self.0.store.get_or_init(build)
    }

    /// The bucket of the installation's files.
    pub fn files(&self) -> Files<'_> {
        Files::new(&self.0.clients, &self.0.settings.files_bucket)
    }

    /// The queues of the installation, as an operator handles them.
    pub fn queues(&self) -> Queues<'_> {
        Queues(self)
    }

    /// The secrets of the installation.
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets::new(self.0.clients.secrets_manager())
    }

    /// A new task: a job with its input.
    pub fn task(&self, job: &impl Job) -> Task {
        let now = self.now();
        Task::new(TaskId::new(now, &mut self.random()), job, now)
    }

    /// A new entry for the audit log, of something that worked. Who did it, and to what, is said by [`Entry`]'s methods.
    pub fn audit(&self, action: Action) -> Entry {
        let at = self.now();
        Entry::new(AuditId::new(at, &mut self.random()), at, action)
    }

    fn part_or<P: Send + Sync + 'static>(&self, make: impl FnOnce() -> P) -> Arc<P> {
        // A panic elsewhere cannot have left the map half written: a part is put into it whole.
        let mut parts = self.0.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let part = parts
            .entry(TypeId::of::<P>())
            .or_insert_with(|| Arc::new(make()));
        let part = Arc::clone(part).downcast();
        part.unwrap_or_else(|_| unreachable!("a part is kept under its own type"))
    }
}
