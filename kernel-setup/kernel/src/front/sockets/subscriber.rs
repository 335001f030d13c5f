//! One client of the published messages: its connection, and the task that sends to it.
//!
//! The ZeroMQ library sends to its clients one after the other, and waits for each. So every client gets a publishing
//! socket of its own, on a private connection, and what comes over that is passed on.
//!
//! Printed text is collected for a moment: a hundred thousand lines become some tens of messages,
//! and the first of them leaves at once. The order of everything is kept.

use super::backlog::{Backlog, Item, LONGEST};
use crate::front::wire::{Parent, announce};
use crate::messages;
use jupyter_protocol::ConnectionInfo;
use jupyter_protocol::connection_info::Transport;
use jupyter_zmq_client::{Connection, KernelIoPubXPubConnection, SubscriptionEvent};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use zeromq::{Socket, XPubSocket};

/// The clients that are there now.
pub type Clients = Arc<Mutex<Vec<Arc<Backlog>>>>;

/// The shortest and the longest time between two messages of printed text: a cell that goes on
/// printing is shown in larger steps.
const PAUSES: [Duration; 2] = [Duration::from_millis(30), Duration::from_millis(250)];

/// How long nobody is accepted after that has failed.
const PAUSE: Duration = Duration::from_millis(50);

/// What every client is served with.
#[derive(Clone)]
struct Host {
    directory: PathBuf,
    key: String,
    session: String,
    clients: Clients,
}

/// Listens for clients, and serves them in tasks of their own.
pub async fn listen(
    connection: &ConnectionInfo,
    directory: &Path,
    session: &str,
    clients: Clients,
) -> io::Result<()> {
    let host = Host {
        directory: directory.to_owned(),
        key: connection.key.clone(),
        session: session.to_owned(),
        clients,
    };
    let (ip, port) = (connection.ip.as_str(), connection.iopub_port);
    match connection.transport {
        Transport::TCP => {
            let ip = if ip == "*" { "0.0.0.0" } else { ip };
            let listener = TcpListener::bind((ip, port)).await?;
            tokio::spawn(async move {
                loop {
                    let accepted = listener.accept().await.and_then(|(client, _)| {
                        client.set_nodelay(true)?;
                        Ok(client)
                    });
                    host.welcome(accepted).await;
                }
            });
        }
        Transport::IPC => {
            let listener = UnixListener::bind(format!("{ip}-{port}"))?;
            tokio::spawn(async move {
                loop {
                    let accepted = listener.accept().await;
                    host.welcome(accepted.map(|(client, _)| client)).await;
                }
            });
        }
    }
    Ok(())
}

impl Host {
    /// Serves a client that has just come. One that could not be accepted is not the last.
    async fn welcome<C>(&self, accepted: io::Result<C>)
    where
        C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        match accepted {
            Ok(client) => {
                let host = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = host.serve(client).await {
                        crate::log(&format!("a client is not served: {error}"));
                    }
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }

    async fn serve<C>(&self, mut client: C) -> io::Result<()>
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        let (listener, inner) = messages::private_pair(&self.directory)?;
        inner.set_nonblocking(true)?;
        let mut inner = UnixStream::from_std(inner)?;
        let mut socket = XPubSocket::new();
        let bound = socket.bind_listener(listener).await;
        bound.map_err(io::Error::other)?;
        let socket = Connection::new(socket, &self.key, &self.session);
        let backlog = Arc::new(Backlog::new());
        self.clients().push(Arc::clone(&backlog));
        tokio::select! {
            // The client has gone.
            _ = copy_bidirectional(&mut client, &mut inner) => {}
            () = publish(socket, &backlog) => {}
        }
        backlog.close();
        self.clients().retain(|other| !Arc::ptr_eq(other, &backlog));
        Ok(())
    }

    fn clients(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Backlog>>> {
        self.clients.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

/// Text that waits for more of its kind.
struct Pending {
    parent: Parent,
    name: &'static str,
    text: String,
}

/// Sends what waits for a client.
async fn publish(mut socket: KernelIoPubXPubConnection, backlog: &Backlog) {
    let mut pending: Option<Pending> = None;
    let mut pause = PAUSES[0];
    let mut last = Instant::now();
    loop {
        let due = tokio::time::sleep_until((last + pause).into());
        tokio::select! {
            item = backlog.next() => match item {
                Item::Stream { parent, name, text } => match &mut pending {
                    Some(waiting)
                        if waiting.name == name
                            && waiting.text.len() < LONGEST
                            && waiting.parent.is(&parent) =>
                    {
                        waiting.text.push_str(&text);
                    }
                    _ => {
                        send_pending(&mut socket, &mut pending).await;
                        pending = Some(Pending { parent, name, text });
                    }
                },
                Item::Message(message) | Item::Rich { message, .. } => {
                    send_pending(&mut socket, &mut pending).await;
                    let _ = socket.send(Arc::unwrap_or_clone(message)).await;
                }
                Item::LeftOut { parent, size } => {
                    send_pending(&mut socket, &mut pending).await;
                    pending = Some(Pending { parent, name: "stderr", text: left_out(size) });
                    send_pending(&mut socket, &mut pending).await;
                }
                Item::Flush(done) => {
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

/// What stands in the place of output that was left out.
fn left_out(size: usize) -> String {
    let (amount, unit) = match size {
        0..1_000_000 => (size / 1000 + 1, "kB"),
        _ => (size / 1_000_000, "MB"),
    };
    format!("\n[about {amount} {unit} of output are missing here: nobody took them in time]\n")
}
