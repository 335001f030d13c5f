//! The iopub socket: the way to publish, for any thread: every client has a backlog of its own, and one that takes nothing holds up nobody.

use super::backlog::{Backlog, Item};
use super::subscriber::{self, Clients};
use crate::front::wire::Parent;
use jupyter_protocol::ConnectionInfo;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// The way to publish, for any thread.
#[derive(Clone)]
pub struct IoPub(Clients);

impl IoPub {
    /// Listens for clients; `directory` is the kernel's own.
    pub async fn start(
        connection: &ConnectionInfo,
        directory: &Path,
        session: &str,
    ) -> io::Result<IoPub> {
        let clients = Clients::default();
        subscriber::listen(connection, directory, session, clients.clone()).await?;
        Ok(IoPub(clients))
    }

    /// Publishes a message about `parent`.
    pub fn send(&self, parent: &Parent, kind: &str, content: Value) {
        self.send_with(parent, kind, content, json!({}));
    }

    /// Publishes a message about `parent` that has metadata.
    pub fn send_with(&self, parent: &Parent, kind: &str, content: Value, metadata: Value) {
        // A cell, or what it has left behind, can send these without end.
        let rich = [
            "display_data",
            "update_display_data",
            "clear_output",
            "comm_msg",
        ]
        .contains(&kind);
        let (size, replaces) = match rich {
            true => (size(&content), replaced(kind, &content)),
            false => (0, None),
        };
        let mut message = parent.publish(kind, content);
        if metadata.is_object() {
            message.metadata = metadata;
        }
        let message = Arc::new(message);
        self.put(|| match rich {
            true => Item::Rich {
                message: Arc::clone(&message),
                parent: parent.clone(),
                size,
                replaces: replaces.clone(),
            },
            false => Item::Message(Arc::clone(&message)),
        });
    }

    /// Publishes printed text; `name` is `stdout` or `stderr`.
    pub fn stream(&self, parent: &Parent, name: &'static str, text: String) {
        if !text.is_empty() {
            self.put(|| Item::Stream {
                parent: parent.clone(),
                name,
                text: text.clone(),
            });
        }
    }

    /// Publishes whether the kernel works for `parent`.
    pub fn status(&self, parent: &Parent, state: &str) {
        self.send(parent, "status", json!({ "execution_state": state }));
    }

    /// Waits until everything has been handed to the network, but not for longer than `patience`.
    pub async fn flush(&self, patience: Duration) {
        let waiting = self.clients().into_iter().map(|client| {
            let (done, wait) = oneshot::channel();
            client.put(Item::Flush(done));
            wait
        });
        let waiting: Vec<oneshot::Receiver<()>> = waiting.collect();
        let all = async {
            for client in waiting {
                let _ = client.await;
            }
        };
        let _ = tokio::time::timeout(patience, all).await;
    }

    fn put(&self, item: impl Fn() -> Item) {
        for client in self.clients() {
            client.put(item());
        }
    }

    fn clients(&self) -> Vec<Arc<Backlog>> {
        let clients = self.0.lock().unwrap_or_else(|lock| lock.into_inner());
        clients.clone()
    }
}

/// The display, or the fields of a widget, whose content a message replaces.
fn replaced(kind: &str, content: &Value) -> Option<String> {
    if kind == "comm_msg" {
        let state = content["data"]["state"].as_object();
        let state = state.filter(|_| content["data"]["method"] == "update")?;
        let fields: Vec<&str> = state.keys().map(String::as_str).collect();
        return Some(format!("{} {}", content["comm_id"], fields.join(" ")));
    }
    let id = content["transient"]["display_id"].as_str()?;
    (kind == "update_display_data").then(|| id.to_owned())
}

/// The size of what a message shows, in bytes.
fn size(content: &Value) -> usize {
    match content {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 1,
        Value::Object(fields) => fields.values().map(size).sum::<usize>() + 1,
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}
