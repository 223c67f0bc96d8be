//! The calls of a function, as they pass on their way to the emulator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use lambda_harness::Usage;
use serde_json::{Value, json};

use super::gate::Gate;
use super::units::{self, Units};
use crate::proxy::{self, Upstream, Watch, target_of};

/// How often is looked whether the function rests.
const LOOK: Duration = Duration::from_millis(2);
/// A call that is under way for so long hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A call of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The step that it belongs to, from 1.
    pub(crate) step: u32,
    /// What it asks, and of which tables.
    pub(crate) name: String,
    /// What it is charged as a write.
    pub(crate) writes: Units,
    /// What it is charged as a read.
    pub(crate) reads: Units,
}

/// What notes the calls of one function after another.
pub(crate) struct Recorder(Mutex<State>);

#[derive(Default)]
struct State {
    gate: Gate,
    /// The calls by their numbers, no two of which are the same.
    calls: BTreeMap<usize, Call>,
    next: usize,
    /// The process of the function, and the CPU time that it had when it was last looked at.
    process: Option<(i32, Duration)>,
}

impl State {
    /// Whether the process has done nothing since the last look. Of a process that nobody told of that is taken to be so.
    fn rests(&mut self) -> bool {
        let Some((pid, before)) = &mut self.process else {
            return true;
        };
        // One that has ended does nothing any more.
        let usage = Usage::of(*pid).unwrap_or_default();
        let rests = usage.idle && usage.cpu == *before;
        *before = usage.cpu;
        rests
    }
}

impl Recorder {
    /// A recorder that has noted nothing.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    /// Note the calls of this process from now on.
    pub(crate) fn follow(&self, pid: i32) {
        let mut state = self.state();
        state.process = Some((pid, Duration::ZERO));
        state.gate = Gate::default();
        state.calls.clear();
    }

    /// The calls since the last time, once none is under way.
    pub(crate) async fn take(&self) -> Result<Vec<Call>> {
        let started = Instant::now();
        loop {
            if let Some(calls) = self.taken() {
                return Ok(calls);
            }
            if started.elapsed() > PATIENCE {
                bail!("a call of AWS does not end");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn taken(&self) -> Option<Vec<Call>> {
        let mut state = self.state();
        if !state.gate.is_empty() {
            return None;
        }
        state.gate = Gate::default();
        let calls = std::mem::take(&mut state.calls);
        Some(calls.into_values().collect())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) -> Held<'_> {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        let call = Call {
            step: state.gate.enter(id),
            name: String::new(),
            writes: Units::default(),
            reads: Units::default(),
        };
        state.calls.insert(id, call);
        Held { recorder: self, id }
    }
}

/// A call whose answer is held. Dropped, as when whoever made it has gone, it is not waited for.
struct Held<'r> {
    recorder: &'r Recorder,
    id: usize,
}

impl Held<'_> {
    /// Note something about the call.
    fn note(&self, about: impl FnOnce(&mut Call)) {
        if let Some(call) = self.recorder.state().calls.get_mut(&self.id) {
            about(call);
        }
    }

    /// The answer is here: wait until it may be given.
    async fn release(self) {
        self.recorder.state().gate.answer(self.id);
        loop {
            tokio::time::sleep(LOOK).await;
            let mut state = self.recorder.state();
            if !state.gate.holds(self.id) {
                return;
            }
            if state.gate.is_first(self.id) {
                let process_rests = state.rests();
                state.gate.look(process_rests);
            }
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.recorder.state().gate.leave(self.id);
    }
}

impl Watch for Recorder {
    async fn pass(&self, request: Request, emulator: &Upstream) -> Result<Response> {
        let (head, body) = request.into_parts();
        let call = self.enter();
        let body = to_bytes(body, usize::MAX).await?;
        let asked = table_call(&head.headers, &body);
        let name = match &asked {
            Some((operation, asked)) => format!("{operation} {}", tables(asked)),
            None => name(&head),
        };
        call.note(|call| call.name = name);

        let answer = if let Some((operation, asked)) = asked {
            let asked = ask(emulator, &head, &operation, asked).await?;
            call.note(|call| (call.writes, call.reads) = (asked.writes, asked.reads));
            asked.answer
        } else {
            let request = Request::from_parts(head, Body::from(body));
            let (head, answer) = proxy::read(emulator.send(request).await?).await?;
            Response::from_parts(head, Body::from(answer))
        };
        call.release().await;
        Ok(answer)
    }
}

/// What `DynamoDB` answers, and what it charges for that.
struct Asked {
    answer: Response,
    writes: Units,
    reads: Units,
}

/// Asks a question of `DynamoDB`.
async fn ask(
    emulator: &Upstream,
    head: &Parts,
    operation: &str,
    mut asked: Value,
) -> Result<Asked> {
    if units::is_write(operation) {
        asked["ReturnConsumedCapacity"] = json!("INDEXES");
    }
    let (answered, answer) = emulator.ask(head, &asked).await?;
    let told: Value = serde_json::from_slice(&answer)?;
    let reads = match units::whole(operation, &asked) {
        Some(whole) => {
            let (_, answer) = emulator.ask(head, &whole).await?;
            units::read(operation, &whole, &serde_json::from_slice(&answer)?)
        }
        None => units::read(operation, &asked, &told),
    };
    let writes = units::written(operation, &asked, &told);
    Ok(Asked {
        answer: Response::from_parts(answered, Body::from(answer)),
        writes,
        reads,
    })
}

/// The operation of a call of `DynamoDB`, and what it asks.
fn table_call(headers: &HeaderMap, body: &[u8]) -> Option<(String, Value)> {
    let (service, operation) = target_of(headers)?;
    let is_table_call = service.starts_with("DynamoDB_");
    let asked = serde_json::from_slice(body).ok()?;
    is_table_call.then(|| (operation.to_owned(), asked))
}

/// What a call of another service is called: by its operation, otherwise by its service, as its signature names that, and its
/// method.
fn name(head: &Parts) -> String {
    if let Some((service, operation)) = target_of(&head.headers) {
        return format!("{service} {operation}");
    }
    let signature = head.headers.get(AUTHORIZATION);
    let signature = signature.and_then(|value| value.to_str().ok());
    // Credential=KEY/DAY/REGION/SERVICE/aws4_request
    let service = signature.and_then(|signature| signature.split('/').nth(3));
    format!("{} {}", service.unwrap_or("?"), head.method)
}

/// The tables that are asked, without what their names begin with.
fn tables(asked: &Value) -> String {
    let own = asked["TableName"].as_str().into_iter();
    let batch = asked["RequestItems"].as_object().into_iter().flatten();
    let batch = batch.map(|(table, _)| table.as_str());
    let members = asked["TransactItems"].as_array().into_iter().flatten();
    let members = members.filter_map(|member| {
        let (_, body) = member.as_object()?.iter().next()?;
        body["TableName"].as_str()
    });
    let names = own.chain(batch).chain(members);
    let names = names.map(|name| name.rsplit('-').next().unwrap_or(name));
    let names: BTreeSet<&str> = names.collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use local_aws::http_client;
    use serde_json::json;
    use tokio::net::TcpListener;

    use super::{Recorder, tables};
    use crate::proxy::Proxy;

    /// An emulator that takes as long as the path says, in milliseconds.
    async fn emulator() -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = Router::new().fallback(async |request: Request| {
            let milliseconds = request.uri().path().trim_matches('/').parse().unwrap();
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            "{}"
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        port
    }

    #[tokio::test]
    async fn calls_sent_together_are_one_step_however_fast_the_first_is_answered() {
        let recorder = Recorder::new();
        let proxy = Proxy::start(emulator().await, recorder.clone())
            .await
            .unwrap();
        let http = http_client();
        let call = async |milliseconds: u64| {
            let request = Request::get(format!("{}/{milliseconds}", proxy.url()));
            let answer = http.request(request.body(Body::empty()).unwrap()).await;
            assert!(answer.unwrap().status().is_success());
        };
        let late = async |milliseconds: u64| {
            tokio::time::sleep(Duration::from_millis(5)).await;
            call(milliseconds).await;
        };

        tokio::join!(call(0), late(50), call(1));
        call(0).await;
        tokio::join!(call(0), late(0));

        let calls = recorder.take().await.unwrap();
        let steps: Vec<_> = calls.iter().map(|call| call.step).collect();
        assert_eq!(steps, [1, 1, 1, 2, 3, 3]);
        assert!(recorder.take().await.unwrap().is_empty());
    }

    #[test]
    fn a_call_is_named_by_its_tables() {
        let put = |table: &str| json!({"Put": {"TableName": table}});
        let asked = json!({"TransactItems": [put("a-tasks"), put("a-identity"), put("a-tasks")]});
        assert_eq!(tables(&asked), "identity, tasks");
        assert_eq!(tables(&json!({"TableName": "a-b-people"})), "people");
        assert_eq!(tables(&json!({"RequestItems": {"a-limits": {}}})), "limits");
    }
}
