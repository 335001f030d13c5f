//! A small Jupyter client over ZeroMQ: it sends requests and collects what comes back.

use jupyter_protocol::{ConnectionInfo, JupyterMessage, UnknownMessage};
use jupyter_zmq_client::{
    ClientStdinConnection, Connection, DealerSendConnection, RawMessage,
    create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, create_client_stdin_connection_with_identity,
    peer_identity_for_session,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use zeromq::SocketRecv;

/// A message from the kernel.
#[derive(Clone, Debug)]
pub struct Received {
    /// `shell`, `control`, `stdin` or `iopub`.
    pub channel: &'static str,
    /// The type, such as `execute_reply`.
    pub kind: String,
    /// The id of the request that it answers.
    pub parent: String,
    /// Its content.
    pub content: Value,
    /// What the kernel says about it.
    pub metadata: Value,
    /// When it arrived.
    pub at: Instant,
}

/// A client of one kernel.
pub struct Client {
    runtime: Runtime,
    shell: DealerSendConnection,
    control: DealerSendConnection,
    stdin: DealerSendConnection,
    received: mpsc::Receiver<Received>,
}

impl Client {
    /// Connects to all channels.
    pub fn connect(connection: &ConnectionInfo) -> Client {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (sender, received) = mpsc::channel();
        // The kernel tells its clients apart by this name.
        static CLIENTS: AtomicU32 = AtomicU32::new(0);
        let number = CLIENTS.fetch_add(1, Ordering::Relaxed);
        let session = format!("client-{}-{number}", std::process::id());
        let sockets = runtime.block_on(async {
            let identity = || peer_identity_for_session(&session).unwrap();
            let iopub = create_client_iopub_connection(connection, "", &session)
                .await
                .unwrap();
            let shell =
                create_client_shell_connection_with_identity(connection, &session, identity())
                    .await
                    .unwrap();
            let stdin: ClientStdinConnection =
                create_client_stdin_connection_with_identity(connection, &session, identity())
                    .await
                    .unwrap();
            let control = create_client_control_connection(connection, &session)
                .await
                .unwrap();
            (iopub, shell.split(), stdin.split(), control.split())
        });
        let (iopub, (shell, from_shell), (stdin, from_stdin), (control, from_control)) = sockets;
        runtime.spawn(collect("iopub", iopub, sender.clone()));
        runtime.spawn(collect("shell", from_shell, sender.clone()));
        runtime.spawn(collect("stdin", from_stdin, sender.clone()));
        runtime.spawn(collect("control", from_control, sender));
        Client {
            runtime,
            shell,
            control,
            stdin,
            received,
        }
    }

    /// Sends a request on the shell channel and returns its id.
    pub fn send(&mut self, kind: &str, content: Value) -> String {
        self.send_with(kind, content, json!({}))
    }

    /// Sends a request with metadata on the shell channel and returns its id.
    pub fn send_with(&mut self, kind: &str, content: Value, metadata: Value) -> String {
        let mut message = message(kind, content);
        message.metadata = metadata;
        let id = message.header.msg_id.clone();
        self.runtime.block_on(self.shell.send(message)).unwrap();
        id
    }

    /// Sends a request on the control channel and returns its id.
    pub fn send_control(&mut self, kind: &str, content: Value) -> String {
        let message = message(kind, content);
        let id = message.header.msg_id.clone();
        self.runtime.block_on(self.control.send(message)).unwrap();
        id
    }

    /// Answers the kernel's wish for a line of text.
    pub fn type_in(&mut self, line: &str) {
        let message = message("input_reply", json!({ "status": "ok", "value": line }));
        self.runtime.block_on(self.stdin.send(message)).unwrap();
    }

    /// The next message, or `None` when none comes in time.
    pub fn next(&mut self, patience: Duration) -> Option<Received> {
        self.received.recv_timeout(patience).ok()
    }
}

async fn collect<S: SocketRecv>(
    channel: &'static str,
    mut connection: Connection<S>,
    sender: mpsc::Sender<Received>,
) {
    while let Ok(frames) = connection.socket.recv().await {
        // Signed with a key that is not this client's.
        let Ok(raw) = RawMessage::from_multipart(frames, &connection.mac) else {
            continue;
        };
        let part = |at: usize| serde_json::from_slice::<Value>(&raw.jparts[at]).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let received = Received {
            channel,
            kind: text(&part(0)["msg_type"]),
            parent: text(&part(1)["msg_id"]),
            content: part(3),
            metadata: part(2),
            at: Instant::now(),
        };
        if sender.send(received).is_err() {
            return;
        }
    }
}

fn message(kind: &str, content: Value) -> JupyterMessage {
    let unknown = UnknownMessage {
        msg_type: kind.to_owned(),
        content,
    };
    JupyterMessage::new(unknown, None)
}
