//! The heartbeat socket: by it a client sees that the kernel is alive.

use jupyter_zmq_client::KernelHeartbeatConnection;
use std::time::Duration;

/// Answers the heartbeat.
pub async fn serve(mut heartbeat: KernelHeartbeatConnection) {
    loop {
        if heartbeat.single_heartbeat().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
