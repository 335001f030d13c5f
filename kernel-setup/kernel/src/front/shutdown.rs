//! The end of the kernel, and the signals: SIGINT interrupts, SIGTERM ends, and so does the end of the server.

use super::session::Session;
use crate::messages::Order;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long a kernel that ends waits for its clients to take what it has to say.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Ends the kernel when the server that has started it is gone.
pub async fn watch_parent(session: Arc<Session>) {
    let Some(server) = std::env::var("JPY_PARENT_PID")
        .ok()
        .and_then(|pid| pid.parse::<u32>().ok())
        .filter(|pid| *pid == std::os::unix::process::parent_id())
    else {
        return;
    };
    while std::os::unix::process::parent_id() == server {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    shut_down(&session).await;
}

/// SIGINT interrupts the cell, SIGTERM ends the kernel.
pub async fn watch_signals(session: Arc<Session>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return;
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => session.interrupt(),
            _ = terminate.recv() => shut_down(&session).await,
        }
    }
}

/// Leaves nothing behind, and ends the process.
pub async fn shut_down(session: &Session) {
    // First of all: nothing of it waits for anybody.
    session.relay.stop_work();
    session.relay.order(Order::Kill);
    session.iopub.flush(LAST_WORDS).await;
    // What was handed to the network leaves before the process does.
    tokio::time::sleep(Duration::from_millis(50)).await;
    // The engine may be writing files at this moment. A new program in this process ends its threads, and only then
    // removes the directory.
    if let Ok(program) = std::env::current_exe() {
        let _ = Command::new(program).arg("--remove").exec();
    }
    session.kernel.remove();
    std::process::exit(0);
}
