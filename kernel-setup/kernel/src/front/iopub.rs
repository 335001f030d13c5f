//! The publishing socket, with one task as its owner.
//!
//! Printed text is collected for a moment: a hundred thousand lines become some tens of messages,
//! and the first of them leaves at once. The order of everything is kept.

use super::wire::{Parent, announce};
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::{KernelIoPubXPubConnection, SubscriptionEvent};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// The shortest and the longest time between two messages of printed text: a cell that goes on
/// printing is shown in larger steps.
const PAUSES: [Duration; 2] = [Duration::from_millis(30), Duration::from_millis(250)];

/// The longest text of one message, in bytes.
const LONGEST: usize = 512 * 1024;

/// Something to publish.
// A queue of few items: their size does not matter.
#[allow(clippy::large_enum_variant)]
enum Item {
    Message(Box<JupyterMessage>),
    Stream(Parent, &'static str, String),
    Flush(oneshot::Sender<()>),
}

/// The way to publish, for any thread.
#[derive(Clone)]
pub struct IoPub(mpsc::Sender<Item>);

impl IoPub {
    /// Starts the task that owns the socket.
    pub fn start(socket: KernelIoPubXPubConnection) -> IoPub {
        // A cell that prints faster than the network waits here, not in memory.
        let (sender, receiver) = mpsc::channel(256);
        tokio::spawn(own(socket, receiver));
        IoPub(sender)
    }

    /// Publishes a message about `parent`.
    pub fn send(&self, parent: &Parent, kind: &str, content: Value) {
        self.put(Item::Message(Box::new(parent.publish(kind, content))));
    }

    /// Publishes printed text; `name` is `stdout` or `stderr`.
    pub fn stream(&self, parent: &Parent, name: &'static str, text: String) {
        if !text.is_empty() {
            self.put(Item::Stream(parent.clone(), name, text));
        }
    }

    /// Publishes whether the kernel works for `parent`.
    pub fn status(&self, parent: &Parent, state: &str) {
        self.send(parent, "status", json!({ "execution_state": state }));
    }

    /// Waits until everything has been handed to the network.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.0.send(Item::Flush(done)).await.is_ok() {
            let _ = wait.await;
        }
    }

    fn put(&self, item: Item) {
        // From a task's thread the channel must not block; from others it should.
        // The task that receives ends with the process only.
        let send = || drop(self.0.blocking_send(item));
        match tokio::runtime::Handle::try_current() {
            Ok(_) => tokio::task::block_in_place(send),
            Err(_) => send(),
        }
    }
}

/// Text that waits for more of its kind.
struct Pending {
    parent: Parent,
    name: &'static str,
    text: String,
}

async fn own(mut socket: KernelIoPubXPubConnection, mut items: mpsc::Receiver<Item>) {
    let starting = announce("status", json!({ "execution_state": "starting" }));
    let _ = socket.send(starting).await;
    let mut pending: Option<Pending> = None;
    let mut pause = PAUSES[0];
    let mut last = Instant::now();
    loop {
        let due = tokio::time::sleep_until((last + pause).into());
        tokio::select! {
            item = items.recv() => match item {
                None => return,
                Some(Item::Stream(parent, name, text)) => {
                    match &mut pending {
                        Some(waiting) if waiting.name == name && waiting.text.len() < LONGEST => {
                            waiting.text.push_str(&text);
                        }
                        _ => {
                            send_pending(&mut socket, &mut pending).await;
                            pending = Some(Pending { parent, name, text });
                        }
                    }
                }
                Some(Item::Message(message)) => {
                    send_pending(&mut socket, &mut pending).await;
                    let _ = socket.send(*message).await;
                }
                Some(Item::Flush(done)) => {
                    send_pending(&mut socket, &mut pending).await;
                    let _ = done.send(());
                }
            },
            () = due, if pending.is_some() => {
                send_pending(&mut socket, &mut pending).await;
                // Text that comes without a break; after one, it is shown at once again.
                let steady = last.elapsed() < 2 * pause;
                pause = if steady { PAUSES[1].min(pause + pause / 8) } else { PAUSES[0] };
                last = Instant::now();
            }
            event = socket.recv_subscription() => match event {
                Ok(SubscriptionEvent::Subscribe(topic)) => {
                    let welcome = announce("iopub_welcome", json!({ "subscription": topic }));
                    let _ = socket.send(welcome).await;
                }
                Ok(SubscriptionEvent::Unsubscribe(_)) => {}
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            },
        }
    }
}

async fn send_pending(socket: &mut KernelIoPubXPubConnection, pending: &mut Option<Pending>) {
    if let Some(Pending { parent, name, text }) = pending.take() {
        let content = json!({ "name": name, "text": text });
        // Nobody listens, or the listener has just gone.
        let _ = socket.send(parent.publish("stream", content)).await;
    }
}
