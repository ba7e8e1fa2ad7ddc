//! Certificates: one that nobody vouches for ends the matter, a CA file mends it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::event::Silent;
use crate::interrupt::Interrupt;
use crate::wechat::{Class, Client, Credential, ErrorKind, NetworkFailure};

// Valid for a hundred years, for 127.0.0.1, vouched for by this CA and no other.
const CA: &[u8] = include_bytes!("tls/ca.pem");
const LEAF: &[u8] = include_bytes!("tls/leaf.pem");
const KEY: &[u8] = include_bytes!("tls/key.pem");

/// Answers connections one after the other until the test ends.
fn serve() -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(LEAF).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            // A client that does not trust us goes away in the handshake.
            if stream.read(&mut [0; 4096]).is_ok() {
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 17\r\nConnection: close\r\n\r\n{\"total_count\":7}";
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    url
}

fn client(url: &str, ca_pem: Option<Vec<u8>>) -> Client {
    let mut options = super::options(url);
    options.credential = Credential::Token(secrecy::SecretString::from("T").into());
    options.ca_pem = ca_pem;
    Client::new(options, Arc::new(Silent), Interrupt::default()).unwrap()
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_tried_twice() {
    let error = client(&serve(), None).draft_count().await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Network {
                failure: NetworkFailure::Certificate,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!((error.class(), error.attempts()), (Class::Permanent, 1));
    assert_eq!(
        error.to_string(),
        "the server's certificate is not trusted here: draft/count"
    );
}

#[tokio::test]
async fn a_ca_file_adds_to_what_is_trusted() {
    let client = client(&serve(), Some(CA.to_vec()));
    assert_eq!(client.draft_count().await.unwrap(), 7);
}
