"""List the formats in their order: the first one that reads a record names it."""

from log_processor.formats.aws import (
    alb,
    alb_connection,
    alb_health_check,
    api_gateway,
    aws_lambda,
    clb,
    cloudfront,
    cloudfront_function,
    cloudfront_realtime,
    cloudtrail,
    cloudtrail_digest,
    cloudwatch_event,
    cloudwatch_export,
    codebuild,
    nlb,
    redshift,
    route53,
    route53_public,
    s3_access,
    vpc_flow,
    waf,
)
from log_processor.formats.containers import compose, cri, docker_json
from log_processor.formats.databases import (
    mysql_audit,
    mysql_error,
    mysql_general,
    mysql_slow,
    postgresql,
    postgresql_csv,
    redis,
)
from log_processor.formats.generic import csv_rows, json_lines, logfmt, ltsv, mixed, otlp_log, text, timed_text
from log_processor.formats.lib.embedding import bind_carriers
from log_processor.formats.runtimes import java, klog, python_logging
from log_processor.formats.security import auditd, cef, laurel, leef, zeek
from log_processor.formats.syslog import syslog_rfc3164, syslog_rfc5424
from log_processor.formats.web import (
    access,
    apache_error,
    envoy,
    gin,
    haproxy,
    nginx_error,
    nginx_proxy_manager,
    uwsgi,
    w3c,
)
from log_processor.formats.windows import cbs, windows_event

ORDER = bind_carriers(
    (
        docker_json.FORMAT,
        cloudtrail.FORMAT,
        cloudtrail_digest.FORMAT,
        cloudwatch_event.FORMAT,
        waf.FORMAT,
        route53.FORMAT,
        api_gateway.FORMAT,
        cloudfront.FORMAT,
        otlp_log.FORMAT,
        laurel.FORMAT,
        json_lines.FORMAT,
        envoy.FORMAT,
        gin.FORMAT,
        nginx_proxy_manager.FORMAT,
        uwsgi.FORMAT,
        access.FORMAT,
        alb.FORMAT,
        nlb.FORMAT,
        clb.FORMAT,
        alb_connection.FORMAT,
        alb_health_check.FORMAT,
        route53_public.FORMAT,
        s3_access.FORMAT,
        redshift.FORMAT,
        vpc_flow.FORMAT,
        w3c.FORMAT,
        zeek.FORMAT,
        cloudfront_function.FORMAT,
        cloudfront_realtime.FORMAT,
        codebuild.FORMAT,
        mysql_audit.FORMAT,
        windows_event.FORMAT,
        cbs.FORMAT,
        aws_lambda.FORMAT,
        cloudwatch_export.FORMAT,
        cri.FORMAT,
        compose.FORMAT,
        apache_error.FORMAT,
        nginx_error.FORMAT,
        haproxy.FORMAT,
        syslog_rfc5424.FORMAT,
        java.FORMAT,
        mysql_error.FORMAT,
        mysql_slow.FORMAT,
        mysql_general.FORMAT,
        postgresql.FORMAT,
        postgresql_csv.FORMAT,
        klog.FORMAT,
        python_logging.FORMAT,
        redis.FORMAT,
        syslog_rfc3164.FORMAT,
        auditd.FORMAT,
        cef.FORMAT,
        leef.FORMAT,
        logfmt.FORMAT,
        ltsv.FORMAT,
        csv_rows.FORMAT,
    )
)
TIMED = timed_text.FORMAT
MIXED = mixed.FORMAT
TEXT = text.FORMAT
BY_NAME = {known.name: known for known in (*ORDER, TIMED, MIXED, TEXT)}
STRONG = tuple(known for known in BY_NAME.values() if known.strong)
KEYED = tuple(known for known in ORDER if known.key is not None)
HEADER_DRIVEN = tuple(known for known in ORDER if known.header_lines is not None)
IN_ORDER = tuple(known for known in ORDER if known.header_lines is not None or known.read_stream_line is not None)
"""The formats whose lines are read in their order: below header lines, or joined within streams."""
