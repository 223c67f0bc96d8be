use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use api::App;
use axum::Router;
use cloud::Clients;
use jiff::{SignedDuration, Timestamp};
use kernel::clock::ManualClock;
use kernel::random::SeededRandomness;
use kernel::settings::Environment;

use crate::area::Area;
use crate::aws::Aws;
use crate::call::{Answer, Call};
use crate::emulator::Emulator;
use crate::machine_time::machine_time;
use crate::proxy::Proxy;
use crate::queues::Kept;
use crate::{records, resources};

/// Where the links of mails go.
pub const FRONTEND_URL: &str = "https://app.kinwise.example";

/// The address of the API, as mails name it.
pub const API_URL: &str = "https://api.kinwise.example";

/// When a test begins, by its own clock.
const START: &str = "2026-03-01T12:00:00Z";

/// What an installation's randomness is made of: the same in every run of a test, so that ids and codes are, too, and another
/// for each installation of the test.
fn seed() -> u64 {
    thread_local! {
        static INSTALLATIONS: Cell<u64> = const { Cell::new(0) };
    }
    let number = INSTALLATIONS.with(|made| made.replace(made.get() + 1));
    // The test harness names a test's thread after the test.
    let thread = std::thread::current();
    let mut hasher = DefaultHasher::new();
    (thread.name(), number).hash(&mut hasher);
    hasher.finish()
}

/// What may be different about an installation.
#[derive(Debug, Clone)]
pub struct Options {
    /// `DAILY_MAIL_LIMIT`.
    pub daily_mail_limit: u32,
    /// `MAILS_PER_SECOND`.
    pub mails_per_second: u32,
    /// Put a [`Proxy`] in front of DynamoDB, SQS, S3 and Secrets Manager, to count calls or to let them fail.
    pub watched: bool,
}

impl Options {
    /// An installation whose calls of DynamoDB, SQS, S3 and Secrets Manager can be counted and made to fail.
    pub fn watched() -> Self {
        Self {
            watched: true,
            ..Self::default()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            daily_mail_limit: 10_000,
            // The clock of a test stands still, and so does its second.
            mails_per_second: 10_000,
            watched: false,
        }
    }
}

/// An installation of a test's own.
pub struct TestApp {
    environment: Arc<BTreeMap<String, String>>,
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    /// Shared by all processes of the installation: two of them must not make the same id.
    randomness: Arc<SeededRandomness>,
    pub(crate) emulator: Emulator,
    /// Clients that no proxy watches, for what a test does itself.
    pub(crate) admin: Clients,
    pub(crate) relayed: Mutex<HashSet<String>>,
    pub(crate) kept: Mutex<Vec<Kept>>,
    pub(crate) ses: Proxy,
    dynamodb: Option<Proxy>,
    sqs: Option<Proxy>,
    s3: Option<Proxy>,
    secrets_manager: Option<Proxy>,
    /// The addresses of the queues, by their names without the installation's.
    pub(crate) queues: BTreeMap<String, String>,
    pub(crate) area: Area,
    router: Router,
    calls: AtomicU32,
    leaves_work: AtomicBool,
    from_afar: AtomicBool,
}

impl TestApp {
    /// An installation as `template.yaml` makes it, in which an area runs.
    pub async fn start(area: Area) -> Self {
        Box::pin(Self::start_with(area, Options::default())).await
    }

    /// An installation with something different about it.
    pub async fn start_with(area: Area, options: Options) -> Self {
        let emulator = Emulator::from_env();
        let admin = emulator.clients();
        // On the heap: it is large, and every test would hold it.
        let made = Box::pin(resources::make(&emulator, &admin, &options)).await;

        let ses = Proxy::start(&emulator.endpoint).await;
        let mut clients = emulator
            .clients()
            .with_endpoint("AWS_ENDPOINT_URL_SESV2", ses.url().to_owned());
        let (mut dynamodb, mut sqs, mut s3, mut secrets_manager) = (None, None, None, None);
        if options.watched {
            let proxy = dynamodb.insert(Proxy::start(&emulator.endpoint).await);
            clients = clients.with_endpoint("AWS_ENDPOINT_URL_DYNAMODB", proxy.url().to_owned());
            let proxy = sqs.insert(Proxy::start(&emulator.endpoint).await);
            clients = clients.with_endpoint("AWS_ENDPOINT_URL_SQS", proxy.url().to_owned());
            let proxy = s3.insert(Proxy::start(&emulator.endpoint).await);
            clients = clients.with_endpoint("AWS_ENDPOINT_URL_S3", proxy.url().to_owned());
            let proxy = secrets_manager.insert(Proxy::start(&emulator.endpoint).await);
            let service = "AWS_ENDPOINT_URL_SECRETS_MANAGER";
            clients = clients.with_endpoint(service, proxy.url().to_owned());
        }

        let start: Timestamp = START.parse().expect("a moment");
        let clock = Arc::new(ManualClock::at(start));
        let randomness = Arc::new(SeededRandomness::new(seed()));
        let environment = Arc::new(made.environment);
        let app = process(&environment, clock.clone(), randomness.clone(), clients);
        Self {
            router: api::router(&app, &area.endpoints),
            area,
            queues: made.queues,
            environment,
            app,
            clock,
            randomness,
            emulator,
            admin,
            relayed: Mutex::default(),
            kept: Mutex::default(),
            ses,
            dynamodb,
            sqs,
            s3,
            secrets_manager,
            calls: AtomicU32::new(1),
            leaves_work: AtomicBool::new(false),
            from_afar: AtomicBool::new(false),
        }
    }

    /// What handlers and workers work with.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The environment of the installation's functions.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> &str {
        let value = self.environment.get(name);
        value.unwrap_or_else(|| panic!("{name} is not set"))
    }

    /// The name of a table, as AWS knows it.
    pub fn table(&self, name: &str) -> String {
        format!("{}-{name}", self.variable("STACK_NAME"))
    }

    /// Another process of the same installation: nothing cached.
    pub fn another_process(&self) -> App {
        process(
            &self.environment,
            self.clock.clone(),
            self.randomness.clone(),
            self.emulator.clients(),
        )
    }

    /// What stands in front of SES.
    pub fn ses(&self) -> &Proxy {
        &self.ses
    }

    /// What stands in front of DynamoDB, where the installation is watched.
    pub fn dynamodb(&self) -> &Proxy {
        self.dynamodb.as_ref().expect("the installation is watched")
    }

    /// What stands in front of SQS, where the installation is watched.
    pub fn sqs(&self) -> &Proxy {
        self.sqs.as_ref().expect("the installation is watched")
    }

    /// What stands in front of S3, where the installation is watched.
    pub fn s3(&self) -> &Proxy {
        self.s3.as_ref().expect("the installation is watched")
    }

    /// What stands in front of Secrets Manager, where the installation is watched.
    pub fn secrets_manager(&self) -> &Proxy {
        let proxy = self.secrets_manager.as_ref();
        proxy.expect("the installation is watched")
    }

    /// Its AWS, called by its owner and watched by nobody.
    pub fn aws(&self) -> &Aws {
        &self.emulator.aws
    }

    /// The local stack's AWS, as the account that the installation has of its own.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Its account, whose number is the owner's access key.
    pub fn account(&self) -> &str {
        &self.emulator.account
    }

    /// This moment, by the test's clock.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Puts the clock forward.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Puts the clock forward to the machine's time, by which the emulator goes.
    pub fn advance_to_machine_time(&self) {
        let behind = machine_time().duration_since(self.now());
        self.clock.advance(behind);
    }

    /// Sends a call to the routes.
    pub async fn call(&self, call: Call) -> Answer {
        let call = if self.from_afar.load(Ordering::Relaxed) {
            call.from_afar()
        } else {
            call
        };
        call.send(self.router.clone(), self.next_call()).await
    }

    /// Sends a call to the routes of another process.
    pub async fn call_another(&self, process: &App, call: Call) -> Answer {
        let router = api::router(process, &self.area.endpoints);
        call.send(router, self.next_call()).await
    }

    /// Sends calls all at once, each on a thread where there is one and from a network of its own, and gives the answers in the
    /// order of the calls.
    pub async fn call_all(&self, calls: impl IntoIterator<Item = Call>) -> Vec<Answer> {
        let sent: Vec<_> = calls
            .into_iter()
            .map(|call| call.from_afar().send(self.router.clone(), self.next_call()))
            .map(tokio::spawn)
            .collect();
        let mut answers = Vec::with_capacity(sent.len());
        for answer in sent {
            answers.push(answer.await.expect("a handler does not panic"));
        }
        answers
    }

    /// Sends a call, and another one by another process while the first has looked at everything and has written nothing. Gives
    /// the first one's answer; the other must succeed. For installations that are watched.
    pub async fn call_with_another_meanwhile(&self, call: Call, other: Call) -> Answer {
        let process = self.another_process();
        let meanwhile = async {
            let done = self.call_another(&process, other).await;
            assert!((200..300).contains(&done.status), "{}", done.json);
        };
        self.call_held_at("TransactWriteItems", call, meanwhile)
            .await
    }

    /// Sends a call and holds it, as [`held_at`](Self::held_at) does.
    pub fn call_held_at(
        &self,
        operation: &str,
        call: Call,
        meanwhile: impl Future<Output = ()>,
    ) -> impl Future<Output = Answer> {
        self.held_at(operation, self.call(call), meanwhile)
    }

    /// Does some work, holds it at its first request of an operation of DynamoDB's, and lets it go on when something else is
    /// done, which must be done by [another process](Self::another_process) or by the owner of AWS. For installations that are
    /// watched.
    pub fn held_at<T>(
        &self,
        operation: &str,
        work: impl Future<Output = T>,
        meanwhile: impl Future<Output = ()>,
    ) -> impl Future<Output = T> {
        self.held_after(0, operation, work, meanwhile)
    }

    /// Says that this test makes so many calls that each is to come from a network of its own, where it names no address.
    pub fn call_from_afar(&self) {
        self.from_afar.store(true, Ordering::Relaxed);
    }

    /// Says that this test ends with work undone, on purpose.
    pub fn leave_work_undone(&self) {
        self.leaves_work.store(true, Ordering::Relaxed);
    }

    fn next_call(&self) -> u32 {
        self.calls.fetch_add(1, Ordering::Relaxed)
    }
}

/// A process of an installation.
fn process(
    environment: &Arc<BTreeMap<String, String>>,
    clock: Arc<ManualClock>,
    randomness: Arc<SeededRandomness>,
    clients: Clients,
) -> App {
    let environment = Arc::clone(environment);
    let environment = Environment::new(move |name| environment.get(name).cloned());
    App::new(environment, clock, randomness, clients).expect("every setting is given")
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for TestApp {
    /// Asserts that no task and no message was left unprocessed.
    fn drop(&mut self) {
        if std::thread::panicking() || self.leaves_work.load(Ordering::Relaxed) {
            return;
        }
        // A destructor cannot wait in the test's own runtime, and connections of that are of no use in another.
        let Emulator {
            endpoint,
            region,
            account,
            ..
        } = self.emulator.clone();
        let table = self.table("tasks");
        let left = std::thread::spawn(move || {
            let emulator = Emulator::of_account(&endpoint, &region, &account);
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts")
                .block_on(records::left_undone(&emulator, &table))
        });
        let left = left.join().expect("the tables can be read");
        assert!(
            left.is_empty(),
            "the test left work behind (call `deliver`, or say `leave_work_undone`): {left:#?}"
        );
    }
}
