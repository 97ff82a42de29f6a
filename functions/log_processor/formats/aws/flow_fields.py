"""Name the fields of flow logs, and their order in records without a header line."""

VERSION_2 = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
LATER = (
    "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id "
    "sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction "
    "traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn "
    "ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name "
    "ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status"
)
TRANSIT_GATEWAY = (
    "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id "
    "tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id "
    "tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status "
    "type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags "
    "region flow-direction pkt-src-aws-service pkt-dst-aws-service"
)
TCP_FLAGS_EXAMPLE = (
    "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr "
    "pkt-dstaddr protocol bytes packets start end action tcp-flags log-status"
)
GATEWAY_EXAMPLE = (
    "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags "
    "type pkt-srcaddr pkt-dstaddr action log-status"
)
TRAFFIC_PATH_EXAMPLE = (
    "version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id "
    "instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr "
    "pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status"
)
NAMES = frozenset(f"{VERSION_2} {LATER} {TRANSIT_GATEWAY}".split())
ORDINARY = frozenset({"version", "protocol", "packets", "bytes", "start", "end", "action", "type", "region"})
"""Names of fields that are also words of other texts."""
COUNTS = (
    "version srcport dstport protocol packets bytes start end tcp-flags traffic-path encryption-status "
    "packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired"
)

ADDRESSES = r"(?:[0-9a-fA-F.:]+|-) (?:[0-9a-fA-F.:]+|-)"
COUNT, KIND = r"(?:\d+|-)", r"(?:IPv4|IPv6|EFA|-)"
ACCOUNT, INTERFACE, SUBNET, INSTANCE = r"(?:\d{12}|unknown|-)", r"(?:eni-\w+|-)", r"vpc-\w+ subnet-\w+", r"(?:i-\w+|-)"
LAYOUTS = (
    (rf"\d{{1,2}} {ACCOUNT} {INTERFACE} {ADDRESSES} (?:\S+ ){{9}}{SUBNET} ", f"{VERSION_2} {LATER}", 16),
    (rf"\d{{1,2}} {ACCOUNT} {INTERFACE} {ADDRESSES} ", VERSION_2, 14),
    (rf"\d{{1,2}} TransitGateway {ACCOUNT} (?:tgw-\w+|-) ", TRANSIT_GATEWAY, 36),
    (rf"\d{{1,2}} {SUBNET} {INSTANCE} {INTERFACE} {ACCOUNT} {KIND} {ADDRESSES} ", TCP_FLAGS_EXAMPLE, 21),
    (rf"\d{{1,2}} {INTERFACE} {ACCOUNT} {SUBNET} {INSTANCE} {ADDRESSES} ", GATEWAY_EXAMPLE, 17),
    (rf"\d{{1,2}} {ADDRESSES} (?:{COUNT} ){{5}}{KIND} (?:{COUNT} ){{2}}{ACCOUNT} {SUBNET} ", TRAFFIC_PATH_EXAMPLE, 29),
)
"""How a record without a header line begins, the names of its words, and how many it has at least."""
