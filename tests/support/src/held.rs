//! Work that waits on its way to a service, while something else is done.

use crate::TestApp;
use crate::call::{Answer, Call};
use crate::proxy::Proxy;

impl TestApp {
    /// Sends a call that repeats one of the last minute, and holds it between the two times that it is written, while something
    /// else is done: the counter of its account refuses it the first time, since it remembers the entry of the audit log, and the
    /// second time it is counted in that entry. For installations that are watched.
    pub fn call_held_as_repetition(
        &self,
        call: Call,
        meanwhile: impl Future<Output = ()>,
    ) -> impl Future<Output = Answer> {
        self.call_held_after(1, "TransactWriteItems", call, meanwhile)
    }

    /// Sends a call and holds it, as [`held_after`](Self::held_after) does.
    pub fn call_held_after(
        &self,
        count: usize,
        operation: &str,
        call: Call,
        meanwhile: impl Future<Output = ()>,
    ) -> impl Future<Output = Answer> {
        self.held_after(count, operation, self.call(call), meanwhile)
    }

    /// Does some work, holds it once it has sent so many requests of an operation of DynamoDB's, and lets it go on when something
    /// else is done: as [`held_at`](Self::held_at) does it at the first one.
    pub fn held_after<T>(
        &self,
        count: usize,
        operation: &str,
        work: impl Future<Output = T>,
        meanwhile: impl Future<Output = ()>,
    ) -> impl Future<Output = T> {
        self.dynamodb()
            .held_after(count, operation, work, meanwhile)
    }
}

impl Proxy {
    /// Does some work, holds it once it has sent so many requests of an operation, and lets it go on when something else is done,
    /// which must not come by here.
    pub fn held_after<T>(
        &self,
        count: usize,
        operation: &str,
        work: impl Future<Output = T>,
        meanwhile: impl Future<Output = ()>,
    ) -> impl Future<Output = T> {
        // On the heap: they are large, and every test would hold them.
        let (mut work, meanwhile) = (Box::pin(work), Box::pin(meanwhile));
        async move {
            self.forget();
            self.hold_after(operation, count);
            tokio::select! {
                () = self.asked_for_times(operation, count + 1) => {}
                _ = &mut work => panic!("it did not come to {operation} after {count} of them"),
            }
            let let_go = async {
                meanwhile.await;
                self.heal();
            };
            tokio::join!(work, let_go).0
        }
    }
}
