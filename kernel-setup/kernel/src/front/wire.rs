//! Jupyter messages as they are read and written: any type, with content as JSON.

use jupyter_protocol::{Header, JupyterMessage, UnknownMessage};
use jupyter_zmq_client::{Connection, RawMessage};
use serde_json::Value;
use zeromq::SocketRecv;

/// A message that the kernel answers.
#[derive(Clone, Debug)]
pub struct Request {
    /// The message's type, such as `execute_request`.
    pub kind: String,
    /// Its content.
    pub content: Value,
    /// What the client says about it.
    pub metadata: Value,
    /// What an answer refers to.
    pub parent: Parent,
}

/// The message that an answer or an output refers to.
#[derive(Clone, Debug)]
pub struct Parent(JupyterMessage);

impl Request {
    /// A field of the content as text; empty if it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.content[name].as_str().unwrap_or_default()
    }

    /// A field of the content as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.content[name].as_i64()
    }

    /// A field of the content as a flag.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.content[name].as_bool().unwrap_or(default)
    }
}

impl Parent {
    /// A message to the client that has sent the parent.
    pub fn reply(&self, kind: &str, content: Value) -> JupyterMessage {
        let mut message = JupyterMessage::new(unknown(kind, content), Some(&self.0));
        message.header.username = "kernel".to_owned();
        message
    }

    /// The message's name.
    pub fn id(&self) -> &str {
        &self.0.header.msg_id
    }

    /// Whether both are the same message.
    pub fn is(&self, other: &Parent) -> bool {
        self.0.header.msg_id == other.0.header.msg_id
    }

    /// A message that nobody has sent.
    #[cfg(test)]
    pub fn nobody() -> Parent {
        Parent(announce("nothing", Value::Null))
    }

    /// A message to everybody. The client's identity would become a topic, and is left out.
    pub fn publish(&self, kind: &str, content: Value) -> JupyterMessage {
        self.reply(kind, content).with_zmq_identities(Vec::new())
    }
}

/// A message to everybody that nobody has asked for.
pub fn announce(kind: &str, content: Value) -> JupyterMessage {
    let mut message = JupyterMessage::new(unknown(kind, content), None);
    message.header.username = "kernel".to_owned();
    message
}

/// Waits for the next well-formed and well-signed message; others are ignored.
pub async fn next<S: SocketRecv>(connection: &mut Connection<S>) -> Request {
    loop {
        let Ok(frames) = connection.socket.recv().await else {
            // A client that breaks the protocol is disconnected; the socket goes on.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            continue;
        };
        if let Some(request) = RawMessage::from_multipart(frames, &connection.mac)
            .ok()
            .and_then(parse)
        {
            return request;
        }
    }
}

fn parse(raw: RawMessage) -> Option<Request> {
    let header: Header = serde_json::from_slice(raw.jparts.first()?).ok()?;
    let content: Value = serde_json::from_slice(raw.jparts.get(3)?).ok()?;
    let metadata = raw.jparts.get(2)?;
    let metadata: Value = serde_json::from_slice(metadata).unwrap_or_default();
    let kind = header.msg_type.clone();
    let mut message = JupyterMessage::new(unknown(&kind, Value::Null), None);
    message.header = header;
    message.zmq_identities = raw.zmq_identities;
    Some(Request {
        kind,
        content,
        metadata,
        parent: Parent(message),
    })
}

fn unknown(kind: &str, content: Value) -> UnknownMessage {
    UnknownMessage {
        msg_type: kind.to_owned(),
        content,
    }
}
