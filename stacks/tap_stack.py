"""The stack of the pipeline: create the resources, connect them, grant permissions last, declare the outputs."""

from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from constructs import Construct

from stacks.alarm_rules import WatchedNames
from stacks.alarms import Alarms
from stacks.backend import add_backend
from stacks.config import Config
from stacks.config.routes import RouteNeeds
from stacks.dashboard import Dashboard
from stacks.encryption import add_data_key
from stacks.error_handling import ErrorHandling
from stacks.event_sources import EventSources
from stacks.iam import Grants
from stacks.ledger_table import LedgerTable
from stacks.log_table import LogTable, build_indexes
from stacks.named_stack import NamedStack
from stacks.private_bucket import BucketGuards
from stacks.processor_function import ProcessorFunction
from stacks.protection import protect_data
from stacks.provider import add_provider
from stacks.redaction_key import build_key_variables
from stacks.source_bucket import SourceBucket
from stacks.source_policy import build_source_statements, name_source_bucket
from stacks.state import build_stack_id
from stacks.work_queue import WorkQueue


class TapStack(NamedStack):
    """The pipeline of one environment; `needs` is what its routes need, such as a redaction key.

    It has the index of packs if a route or the environment packs records, or a setting asks for it.
    """

    def __init__(self, scope: Construct, config: Config, needs: RouteNeeds) -> None:
        super().__init__(scope, build_stack_id(config))
        add_backend(self, config, build_stack_id(config))
        add_provider(self, config, environment=config.environment_suffix, region=config.region)
        account_id = DataAwsCallerIdentity(self, "account").account_id
        data_key = add_data_key(self, config, account_id)
        guards = BucketGuards(data_key, config.access_log_bucket)

        self.source = SourceBucket(
            self,
            "source",
            name=name_source_bucket(config, account_id),
            config=config,
            statements=build_source_statements(config, account_id),
            guards=guards,
        )
        self.sources = EventSources(self, "sources", config=config, account_id=account_id)
        self.errors = ErrorHandling(
            self,
            "errors",
            config=config,
            archive_name=config.build_archive_name(account_id),
            rule_arns=self.sources.rule_arns,
            guards=guards,
        )
        self.log_table = LogTable(
            self,
            "logs",
            name=config.log_table_name,
            indexes=build_indexes(config, packed=needs.packed),
            kms_key=data_key,
            table_class=config.table_class,
        )
        self.ledger = LedgerTable(self, "ledger", name=config.ledger_table_name, kms_key=data_key)
        self.work = WorkQueue(self, "work", config=config, dead_letters=self.errors.queue, kms_key=data_key)
        self.processor = ProcessorFunction(
            self,
            "processor",
            config=config,
            environment=self._build_environment(config, hashed=needs.hashed),
            dead_letters=self.errors.queue,
            data_key=data_key,
        )
        self._grant(config, data_key, hashed=needs.hashed)
        self._connect(config, account_id)
        self._watch(config, account_id, data_key)
        self._add_outputs(needs.describe_storage(config.storage))
        protect_data(self, protect=config.protect, force_destroy=config.force_destroy)

    def _build_environment(self, config: Config, *, hashed: bool) -> dict[str, str]:
        key = build_key_variables(self, config.redaction_secret) if hashed else {}
        resources = {
            "DYNAMODB_TABLE": self.log_table.table.name,
            "ERROR_BUCKET": self.errors.archive.bucket,
            "LEDGER_TABLE": self.ledger.table.name,
            "WORK_QUEUE_URL": self.work.queue.url,
            "DEAD_LETTER_QUEUE_URL": self.errors.queue.url,
        }
        return key | resources | config.render_environment()

    def _grant(self, config: Config, data_key: str, *, hashed: bool) -> None:
        self.processor.grant(
            Grants(
                source_buckets=list(
                    dict.fromkeys([self.source.bucket.arn, *(one.bucket_arn for one in config.sources)])
                ),
                source_objects=[
                    f"{self.source.bucket.arn}/{config.source_prefix}*",
                    *(one.objects_arn for one in config.sources),
                ],
                kms_keys=config.kms_keys,
                data_key=data_key,
                redaction_secret=config.redaction_secret if hashed else "",
                in_network=bool(config.subnet_ids),
                log_table=self.log_table.table.arn,
                ledger_table=self.ledger.table.arn,
                error_archive=self.errors.archive.arn,
                work_queue=self.work.queue.arn,
                dead_letter_queue=self.errors.queue.arn,
                log_group=self.processor.log_group.arn,
            )
        )

    def _connect(self, config: Config, account_id: str) -> None:
        function_arn = self.processor.alias.arn
        permission = self.processor.allow_bucket(self.source.bucket.arn, account_id)
        self.source.notify(function_arn, config, permission=permission)
        self.sources.start(self.processor.alias, self.errors.queue)
        self.work.feed(
            function_arn,
            batch_size=config.mapping_batch_size,
            concurrency=config.mapping_concurrency,
            enabled=config.reserved_concurrency != 0,
        )

    def _watch(self, config: Config, account_id: str, data_key: str) -> None:
        names = WatchedNames(
            function=self.processor.function.function_name,
            work_queue=self.work.queue.name,
            dead_letters=self.errors.queue.name,
            log_table=self.log_table.table.name,
            ledger_table=self.ledger.table.name,
        )
        arns: list[str] = []
        if config.alarms:
            alarms = Alarms(self, "alarms", config=config, names=names, account_id=account_id, kms_key=data_key)
            arns = alarms.arns
        if config.dashboard:
            Dashboard(self, "dashboard", config=config, names=names, alarm_arns=arns)

    def _add_outputs(self, storage: str) -> None:
        function, queue, work = self.processor.function, self.errors.queue, self.work.queue
        outputs = {
            "S3SourceBucket": self.source.bucket.bucket,
            "S3SourceBucketArn": self.source.bucket.arn,
            "DynamoDBTableName": self.log_table.table.name,
            "DynamoDBTableArn": self.log_table.table.arn,
            "LambdaFunctionName": function.function_name,
            "LambdaFunctionArn": function.arn,
            "LambdaAliasArn": self.processor.alias.arn,
            "DLQQueueURL": queue.url,
            "DLQQueueArn": queue.arn,
            "ErrorArchiveBucket": self.errors.archive.bucket,
            "ErrorArchiveBucketArn": self.errors.archive.arn,
            "LedgerTableName": self.ledger.table.name,
            "LedgerTableArn": self.ledger.table.arn,
            "WorkQueueURL": work.url,
            "WorkQueueArn": work.arn,
            "Storage": storage,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value).override_logical_id(name)
