use std::sync::{Arc, OnceLock};

use domain::actions;
use domain::audit::{Action, Entry, Object};
use domain::clock::{Clock, SystemClock};
use domain::code::Pepper;
use domain::id::{AuditId, TaskId};
use domain::job::Job;
use domain::random::{Random, Randomness, SystemRandomness};
use domain::task::Task;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use store::Store;
use tokio::sync::OnceCell;

use crate::clients::Clients;
use crate::files::Files;
use crate::keys::{KeyError, Keys, Rotation, RotationPlan, SecretPlace, SigningKey};
use crate::seal::Seal;
use crate::secrets::{self, SecretError};
use crate::settings::{BadSetting, Settings};

/// How long a replaced key is kept beyond its last token: issuers may sign with it until they look again.
const RETIREMENT_MARGIN: SignedDuration = SignedDuration::from_hours(1);

/// Everything a handler or worker works with. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Random,
    clients: Clients,
    store: OnceLock<Store>,
    pepper: OnceCell<Pepper>,
    factor_seal: OnceCell<Seal>,
    keys: Keys,
}

impl App {
    /// The App of a function: settings, region and credentials from the environment.
    pub fn from_env() -> Result<Self, BadSetting> {
        Ok(Self::new(
            Settings::from_env()?,
            Arc::new(SystemClock),
            Arc::new(SystemRandomness),
            Clients::from_env(),
        ))
    }

    /// An App of parts.
    pub fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        clients: Clients,
    ) -> Self {
        let (store, pepper, keys) = (OnceLock::new(), OnceCell::new(), Keys::default());
        let factor_seal = OnceCell::new();
        Self(Arc::new(Parts {
            settings,
            clock,
            random: Random::new(randomness),
            clients,
            store,
            pepper,
            factor_seal,
            keys,
        }))
    }

    /// What the installation sets.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// This moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Randomness fit for secrets.
    pub fn random(&self) -> Random {
        self.0.random.clone()
    }

    /// The AWS clients.
    pub fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// The tables.
    pub fn store(&self) -> &Store {
        let Settings {
            tables,
            audit_retention,
            ..
        } = &self.0.settings;
        let build = || {
            Store::new(
                self.0.clients.dynamodb().clone(),
                tables.clone(),
                *audit_retention,
                self.random(),
            )
        };
        self.0.store.get_or_init(build)
    }

    /// The bucket.
    pub fn files(&self) -> Files<'_> {
        Files::new(&self.0.clients, &self.0.settings.files_bucket)
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

    /// The key that one-time codes are hashed with.
    pub async fn pepper(&self) -> Result<&Pepper, SecretError> {
        let read = || async {
            let id = &self.0.settings.secrets.code_pepper;
            let secret =
                secrets::read(self.0.clients.secrets_manager(), id, "read the code pepper").await?;
            // An empty key would be a hash that anybody can make.
            if secrecy::ExposeSecret::expose_secret(&secret).len() < 32 {
                return Err(SecretError::Malformed("code pepper"));
            }
            Ok(Pepper::new(secret))
        };
        self.0.pepper.get_or_try_init(read).await
    }

    /// The key that the secrets of second factors are encrypted with.
    pub async fn factor_seal(&self) -> Result<&Seal, SecretError> {
        let (client, id) = (
            self.0.clients.secrets_manager(),
            &self.0.settings.secrets.factor_key,
        );
        self.0
            .factor_seal
            .get_or_try_init(|| Seal::read(client, id))
            .await
    }

    /// Makes a new signing key where one is due; on deploy only where there is none.
    pub async fn rotate_signing_key(&self, only_if_missing: bool) -> Result<Rotation, KeyError> {
        let now = self.now();
        let audit = self
            .audit(actions::SIGNING_KEY_ROTATED)
            .on(Object::the("signing_key"));
        let retires_at = now + self.0.settings.tokens.refresh_lifetime + RETIREMENT_MARGIN;
        let plan = RotationPlan {
            now,
            only_if_missing,
            retires_at,
            audit: &audit,
        };
        self.secret_place()
            .rotate(self.store(), plan, &mut self.random())
            .await
    }

    pub(crate) async fn signing_key(&self) -> Result<Arc<SigningKey>, KeyError> {
        self.0.keys.signing(self.secret_place(), self.now()).await
    }

    pub(crate) async fn verifying_key(
        &self,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>, KeyError> {
        self.0.keys.verifying(self.store(), kid, now).await
    }

    fn secret_place(&self) -> SecretPlace<'_> {
        SecretPlace {
            client: self.0.clients.secrets_manager(),
            id: &self.0.settings.secrets.signing_key,
        }
    }
}
