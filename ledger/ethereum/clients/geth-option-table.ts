import type { OptionList } from "./geth-family";

/** The options of geth. */
export const gethOptions: OptionList = {
  release: "1.13.15",
  names: `
    allow-insecure-unlock authrpc.addr authrpc.jwtsecret authrpc.port authrpc.vhosts blobpool.datacap
    blobpool.datadir blobpool.pricebump bloomfilter.size bootnodes cache cache.blocklogs cache.database cache.gc
    cache.noprefetch cache.preimages cache.snapshot cache.trie cache.trie.journal cache.trie.rejournal config
    crypto.kzg datadir datadir.ancient datadir.minfreedisk db.engine dev dev.gaslimit dev.period discovery.dns
    discovery.port discovery.v4 discovery.v5 discv4 discv5 eth.requiredblocks ethstats exec exitwhensynced fdlimit
    gcmode goerli gpo.blocks gpo.ignoreprice gpo.maxprice gpo.percentile graphql graphql.corsdomain graphql.vhosts
    header help history.state history.transactions holesky http http.addr http.api http.corsdomain http.port
    http.rpcprefix http.vhosts identity ipcdisable ipcpath jspath keystore light.egress light.ingress light.maxpeers
    light.nopruning light.nosyncserve light.serve lightkdf log.backtrace log.compress log.debug log.file log.format
    log.maxage log.maxbackups log.maxsize log.rotate log.vmodule mainnet maxpeers maxpendpeers metrics metrics.addr
    metrics.expensive metrics.influxdb metrics.influxdb.bucket metrics.influxdb.database metrics.influxdb.endpoint
    metrics.influxdb.organization metrics.influxdb.password metrics.influxdb.tags metrics.influxdb.token
    metrics.influxdb.username metrics.influxdbv2 metrics.port mine miner.etherbase miner.extradata miner.gaslimit
    miner.gasprice miner.newpayload-timeout miner.recommit nat netrestrict networkid nocompaction nodekey nodekeyhex
    nodiscover nousb override.cancun override.verkle password pcscdpath port pprof pprof.addr pprof.blockprofilerate
    pprof.cpuprofile pprof.memprofilerate pprof.port preload remotedb rpc.allow-unprotected-txs
    rpc.batch-request-limit rpc.batch-response-max-size rpc.enabledeprecatedpersonal rpc.evmtimeout rpc.gascap
    rpc.txfeecap sepolia signer snapshot state.scheme syncmode synctarget trace txlookuplimit txpool.accountqueue
    txpool.accountslots txpool.globalqueue txpool.globalslots txpool.journal txpool.lifetime txpool.locals
    txpool.nolocals txpool.pricebump txpool.pricelimit txpool.rejournal unlock usb v5disc verbosity version vmdebug
    whitelist ws ws.addr ws.api ws.origins ws.port ws.rpcprefix
  `,
};
