/**
 * The options of Besu's command line and configuration file, by the releases that have them.
 *
 * Read from the option classes of each release from 24.12.0 to 26.8.0, and from Besu's CHANGELOG.md
 * for 26.8.1 and 26.9.0. Names as in the configuration file; the command line puts `--` before them. Left out are
 * options of subcommands (`blocks`, `operator`, `public-key`, `rlp`, `storage`, ...), which a node never reads, and
 * options with which Besu prints something and exits.
 */

/** First and last release that the table covers. */
export const besuOptionsSince = "24.12.0";
export const besuOptionsUntil = "26.9.0";

/** `first..last` -> names, separated by blanks. A span without a last release includes the newest one. */
export const besuOptionSpans: Record<string, string> = {
  "24.12.0..24.12.2": "host-whitelist",
  "24.12.0..25.2.2": "Xnat-kube-service-name",
  "24.12.0..25.4.0": "compatibility-eth64-forkid-enabled",
  "24.12.0..25.5.0": `
    Xprivacy-plugin-enabled Xsnapsync-synchronizer-flat-db-healing-enabled permissions-accounts-contract-address
    permissions-accounts-contract-enabled permissions-nodes-contract-address permissions-nodes-contract-enabled
    permissions-nodes-contract-version privacy-enable-database-migration privacy-enabled
    privacy-flexible-groups-enabled privacy-marker-transaction-signing-key-file privacy-multi-tenancy-enabled
    privacy-nonce-always-increments privacy-public-key-file privacy-tls-enabled privacy-tls-keystore-file
    privacy-tls-keystore-password-file privacy-tls-known-enclave-file privacy-url tx-pool-disable-locals
  `,
  "24.12.0..25.6.0": `
    Xbonsai-limit-trie-logs-enabled Xbonsai-trie-log-pruning-enabled Xbonsai-trie-logs-pruning-window-size
    Xminer-stratum-extranonce Xsnapsync-bft-enabled miner-stratum-enabled miner-stratum-host miner-stratum-port
  `,
  "24.12.0..25.8.0": "bonsai-maximum-back-layers-to-load",
  "24.12.0..25.11.0": `
    Xbonsai-parallel-tx-processing-enabled Xmax-ommers-depth Xminer-pow-job-ttl
    Xminer-remote-sealers-hashrate-ttl Xminer-remote-sealers-limit Xsnapsync-server-enabled miner-coinbase
    miner-enabled
  `,
  "24.12.0..26.1.0": `
    Xchain-pruning-blocks-retained-limit Xsynchronizer-fast-sync-full-validation-rate
    Xsynchronizer-fast-sync-pivot-distance backup-path block compression-enabled fast-sync-min-peers
  `,
  "24.12.0..26.4.0": "Xewp-max-get-node-data Xpeertask-system-enabled",
  "24.12.0..26.7.1": "Xv5-discovery-enabled",
  "24.12.0..26.8.0": "min-block-occupancy-ratio",
  "24.12.0..": `
    Xaltbn128-native-enabled Xblake2bf-native-enabled Xbonsai-code-using-code-hash-enabled
    Xbonsai-full-flat-db-enabled Xchain-pruning-blocks-retained Xchain-pruning-enabled Xchain-pruning-frequency
    Xcheckpoint-post-merge-enabled Xdns-enabled Xdns-update-enabled Xeth-capability-max Xeth-capability-min
    Xeth-max-message-size Xeth65-tx-announced-buffering-period-milliseconds Xevm-jumpdest-cache-weight-kb
    Xevm-worldstate-update-mode Xewp-max-get-bodies Xewp-max-get-headers Xewp-max-get-pooled-transactions
    Xewp-max-get-receipts Xhttp-timeout-seconds Xin-process-rpc-api Xin-process-rpc-apis
    Xin-process-rpc-enabled Xincoming-tx-messages-keep-alive-seconds Xmetrics-idle-timeout
    Xmetrics-timers-enabled Xmodexp-native-enabled Xnat-method-fallback-enabled
    Xp2p-check-maintained-connections-frequency Xp2p-dns-discovery-server Xp2p-initiate-connections-frequency
    Xplugin- Xplugins-external-enabled Xpos-block-creation-max-time Xpos-block-creation-repetition-min-duration
    Xrpc-ipc-api Xrpc-ipc-apis Xrpc-ipc-enabled Xrpc-ipc-path Xsecp-native-enabled Xsecp256k1-native-enabled
    Xsnapsync-synchronizer-bytecode-count-per-request
    Xsnapsync-synchronizer-flat-account-healed-count-per-request
    Xsnapsync-synchronizer-flat-slot-healed-count-per-request
    Xsnapsync-synchronizer-pivot-block-distance-before-caching
    Xsnapsync-synchronizer-pivot-block-window-validity Xsnapsync-synchronizer-storage-count-per-request
    Xsnapsync-synchronizer-trienode-count-per-request Xsynchronizer-block-propagation-range
    Xsynchronizer-computation-parallelism Xsynchronizer-downloader-chain-segment-size
    Xsynchronizer-downloader-change-target-threshold-by-height
    Xsynchronizer-downloader-change-target-threshold-by-td Xsynchronizer-downloader-checkpoint-RETRIES
    Xsynchronizer-downloader-checkpoint-timeouts-permitted Xsynchronizer-downloader-header-request-size
    Xsynchronizer-downloader-parallelism Xsynchronizer-transactions-parallelism
    Xsynchronizer-world-state-hash-count-per-request Xsynchronizer-world-state-max-requests-without-progress
    Xsynchronizer-world-state-min-millis-before-stalling Xsynchronizer-world-state-request-parallelism
    Xsynchronizer-world-state-task-cache-size Xws-timeout-seconds api-gas-and-priority-fee-limiting-enabled
    api-gas-and-priority-fee-lower-bound-coefficient api-gas-and-priority-fee-upper-bound-coefficient
    api-gas-price-blocks api-gas-price-max api-gas-price-percentile auto-log-bloom-caching-enabled
    banned-node-id banned-node-ids block-txs-selection-max-time bonsai-historical-block-limit
    bonsai-limit-trie-logs-enabled bonsai-trie-logs-pruning-window-size bootnodes cache-last-blocks
    color-enabled config-file data-path data-storage-format discovery-dns-url discovery-enabled
    engine-host-allowlist engine-jwt-disabled engine-jwt-secret engine-rpc-enabled
    engine-rpc-http-port engine-rpc-port ethstats ethstats-cacert-file ethstats-contact filter-on-enr-fork-id
    genesis-file genesis-state-hash-cache-enabled graphql-http-cors-origins
    graphql-http-enabled graphql-http-host graphql-http-port host-allowlist identity json-pretty-print-enabled
    key-value-storage kzg-trusted-setup logging max-peers metrics-categories metrics-category metrics-enabled
    metrics-host metrics-port metrics-protocol metrics-push-enabled metrics-push-host metrics-push-interval
    metrics-push-port metrics-push-prometheus-job min-gas-price min-priority-fee miner-extra-data nat-method
    net-restrict network network-id node-private-key-file override-genesis-config p2p-enabled p2p-host
    p2p-interface p2p-peer-upper-bound p2p-port permissions-accounts-config-file
    permissions-accounts-config-file-enabled permissions-nodes-config-file permissions-nodes-config-file-enabled
    pid-path plugin- plugin-continue-on-error plugins poa-block-txs-selection-max-time
    poa-discovery-retry-bootnodes profile
    random-peer-priority-enabled receipt-compaction-enabled remote-connections-limit-enabled
    remote-connections-max-percentage reorg-logging-threshold required-block required-blocks
    revert-reason-enabled rpc-gas-cap rpc-http-api rpc-http-api-method-no-auth rpc-http-api-methods-no-auth
    rpc-http-apis rpc-http-authentication-credentials-file rpc-http-authentication-enabled
    rpc-http-authentication-jwt-algorithm rpc-http-authentication-jwt-public-key-file
    rpc-http-cors-origins rpc-http-enabled rpc-http-host
    rpc-http-max-active-connections rpc-http-max-batch-size rpc-http-max-request-content-length rpc-http-port
    rpc-http-tls-ca-clients-enabled rpc-http-tls-cipher-suite rpc-http-tls-cipher-suites
    rpc-http-tls-client-auth-enabled rpc-http-tls-enabled rpc-http-tls-keystore-file
    rpc-http-tls-keystore-password-file rpc-http-tls-known-clients-file rpc-http-tls-protocol
    rpc-http-tls-protocols rpc-max-logs-range rpc-max-trace-filter-range rpc-tx-feecap rpc-ws-api
    rpc-ws-api-method-no-auth rpc-ws-api-methods-no-auth rpc-ws-apis rpc-ws-authentication-credentials-file
    rpc-ws-authentication-enabled rpc-ws-authentication-jwt-algorithm rpc-ws-authentication-jwt-public-key-file
    rpc-ws-enabled rpc-ws-host rpc-ws-max-active-connections
    rpc-ws-max-frame-size rpc-ws-port rpc-ws-ssl-cert-file rpc-ws-ssl-client-auth-enabled rpc-ws-ssl-enabled
    rpc-ws-ssl-key-file rpc-ws-ssl-keystore-file rpc-ws-ssl-keystore-password rpc-ws-ssl-keystore-password-file
    rpc-ws-ssl-keystore-type rpc-ws-ssl-trustcert-file rpc-ws-ssl-truststore-file rpc-ws-ssl-truststore-password
    rpc-ws-ssl-truststore-password-file rpc-ws-ssl-truststore-type security-module
    static-nodes-file strict-tx-replay-protection-enabled
    sync-min-peers sync-mode target-gas-limit tx-pool
    tx-pool-blob-price-bump tx-pool-enable-save-restore tx-pool-layer-max-capacity
    tx-pool-limit-by-account-percentage tx-pool-max-future-by-sender tx-pool-max-prioritized
    tx-pool-max-prioritized-by-type tx-pool-max-size tx-pool-min-gas-price tx-pool-min-score
    tx-pool-no-local-priority tx-pool-price-bump tx-pool-priority-senders tx-pool-retention-hours
    tx-pool-save-file version-compatibility-protection
  `,
  "25.1.0..": "rpc-http-tls-truststore-file rpc-http-tls-truststore-password-file",
  "25.2.0..": "Xqbft-enable-early-round-change",
  "25.3.0..25.5.0": "Xsnapsync-synchronizer-transaction-indexing-enabled",
  "25.3.0..": `
    graphql-mtls-enabled graphql-tls-enabled graphql-tls-keystore-file graphql-tls-keystore-password-file
    graphql-tls-truststore-file graphql-tls-truststore-password-file
  `,
  "25.4.0..": "cache-precompiles",
  "25.4.1..26.8.0": "Xmax-tracked-seen-txs-per-peer",
  "25.4.1..": "Xpeer-tracker-forget-evicted-txs",
  "25.5.0..25.11.0": "Xsnapsync-synchronizer-pre-merge-headers-only-enabled",
  "25.5.0..": "estimate-gas-tolerance-ratio",
  "25.6.0..25.11.0": "Xhistory-expiry-prune",
  "25.6.0..": "Xpre-merge-pruning-quantity snapsync-synchronizer-transaction-indexing-enabled",
  "25.7.0..": `
    bonsai-parallel-tx-processing-enabled history-expiry-prune snapsync-server-enabled
    snapsync-synchronizer-pre-checkpoint-headers-only-enabled
  `,
  "25.8.0..25.12.0": "Xenable-extra-debug-tracers",
  "25.8.0..": `
    Xp256verify-native-enabled era1-data-uri era1-import-prepipeline-concurrency era1-import-prepipeline-enabled
  `,
  "25.9.0..25.11.0": "Xapi-block-access-list-enabled",
  "25.9.0..": "plugin-block-txs-selection-max-time",
  "25.10.0..": `
    Xevm-optimized-opcodes Xpos-slot-duration cache-last-block-headers cache-last-block-headers-preload-enabled
    ethstats-report-interval tx-pool-enable-balance-check
  `,
  "25.11.0..": "Xpos-block-finalization-timeout-ms",
  "25.12.0..26.1.0": "Xbal-api-enabled",
  "25.12.0..26.2.0": "Xbal-optimization-enabled",
  "25.12.0..26.5.0": "Xbal-state-root-timeout",
  "25.12.0..26.6.0": "Xbal-lenient-on-state-root-mismatch Xbal-trust-state-root",
  "25.12.0..": "Xbal-log-bals-on-mismatch Xeth-max-transactions-message-size",
  "26.1.0..26.5.0": "Xbal-processing-timeout",
  "26.1.0..": `
    Xbal-perfect-parallelization-enabled bonsai-parallel-state-root-computation-enabled
    plugins-verification-mode
  `,
  "26.2.0..": `
    Xchain-pruning-bals-retained Xchain-pruning-retained-minimum Xp2p-peer-task-timeout
    Xsynchronizer-backward-headers-download-step-timeout-millis Xsynchronizer-downloader-bodies-request-size
    Xsynchronizer-header-download-parallelism-factor Xsynchronizer-pivot-distance
    Xsynchronizer-receipts-download-step-timeout-millis p2p-host-ipv6 p2p-interface-ipv6
    p2p-ipv6-outbound-enabled p2p-port-ipv6
  `,
  "26.4.0..": `
    Xevm-go-fast Xevm-v2 Xhttp-streaming-timeout-seconds Xmax-send-queue-size-per-peer Xmax-tracked-seen-txs
    Xsynchronizer-bodies-download-step-timeout-millis Xtx-pool-save-restore-timeout
    Xv5-discovery-interval-seconds Xv5-discovery-timeout-seconds Xv5-minimum-peer-ratio max-blobs-per-block
    max-blobs-per-transaction
  `,
  "26.5.0..": "Xbal-state-root-enabled",
  "26.6.0..": `
    Xbft-legacy-protocol-encoding Xbonsai-cross-block-cache-account-max-size Xbonsai-cross-block-cache-enabled
    Xbonsai-cross-block-cache-storage-max-size Xsnap2-enabled
  `,
  "26.6.1..": "tx-sender-nonce-index-enabled",
  "26.7.1..": "rpc-filter-timeout-seconds rpc-max-active-filters rpc-ws-max-active-subscriptions",
  "26.8.0..": `
    Xsnapsync-server-max-concurrent-requests Xsnapsync-server-max-concurrent-requests-per-peer
    Xsnapsync-synchronizer-pivot-block-check-interval-millis checkpoint discovery-mode graphql-max-blocks-range
    logging-format p2p-tx-feecap rpc-max-trace-steps
  `,
  "26.8.1..": "p2p-discovery-port p2p-discovery-port-ipv6 rpc-max-log-filter-addresses tx-pool-max-tx-bytes",
};
