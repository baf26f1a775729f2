"""The kinds of resources that stacks can have here.

What isn't in KINDS is made by moto's own code for CloudFormation, which has
most services but not all that a stack can do with them.
"""

import copy
import inspect
import io
import zipfile

from moto.awslambda.utils import get_backend
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

import codedeploy
import httpapi
import restapi
import versions
from buckets import Bucket
from custom import Custom
from functions import settle
from nested import Nested
from resources import Kind, ResourceError, call, unique


class Function(Kind):
    # What a property that is taken out of a template becomes.
    DEFAULTS = {
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "Environment": {"Variables": {}},
        "Layers": [],
        "LoggingConfig": {"LogFormat": "Text"},
    }

    def facts(self, properties):
        facts = {**self.DEFAULTS, **properties}
        if "ZipFile" in facts["Code"]:
            facts["Code"] = {"ZipFile": zipped(facts["Code"]["ZipFile"], facts["Runtime"])}
        return facts

    def create(self, stack, resource):
        super().create(stack, resource)
        self.settle(stack, resource)
        self.limit(stack, resource, {})

    def settle(self, stack, resource):
        """Has the function be ready at once, for which CloudFormation waits."""
        settle(get_backend(stack.account_id, stack.region_name).get_function(resource.physical_resource_id))

    def limit(self, stack, resource, old):
        """Reserves concurrency for the function, or none."""
        if "ReservedConcurrentExecutions" in resource.properties:
            call(stack, "lambda", "put_function_concurrency", {**resource.facts, **resource.properties})
        elif "ReservedConcurrentExecutions" in old:
            call(stack, "lambda", "delete_function_concurrency", resource.facts)

    def update(self, stack, resource, old):
        self.settle(stack, resource)
        super().update(stack, resource, old)
        self.settle(stack, resource)
        call(stack, "lambda", "update_function_code", {**resource.facts, **resource.facts["Code"]})
        self.settle(stack, resource)
        self.limit(stack, resource, old)
        tags = {tag["Key"]: tag["Value"] for tag in resource.properties.get("Tags", [])}
        gone = [tag["Key"] for tag in old.get("Tags", []) if tag["Key"] not in tags]
        facts = {"Resource": resource.attribute("Arn"), "Tags": tags, "TagKeys": gone}
        call(stack, "lambda", "tag_resource", facts)
        if gone:
            call(stack, "lambda", "untag_resource", facts)


def zipped(source, runtime):
    """Returns inline code as the zip that CloudFormation makes of it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.py" if runtime.startswith("python") else "index.js", source)
    return file.getvalue()


class Permission(Kind):
    def facts(self, properties):
        return {"StatementId": unique("permission"), **properties}


class Url(Kind):
    """The URL of a function, which its property names otherwise than the calls do."""

    def facts(self, properties):
        return {"FunctionName": properties["TargetFunctionArn"], **properties}


def retag_role(stack, name, new, old):
    """Gives a role the tags of its new properties, and takes those that it has no more."""
    role, tags = {"RoleName": name}, new.get("Tags", [])
    gone = {tag["Key"] for tag in old.get("Tags", [])} - {tag["Key"] for tag in tags}
    if tags:
        call(stack, "iam", "tag_role", {**role, "Tags": tags})
    if gone:
        call(stack, "iam", "untag_role", {**role, "TagKeys": sorted(gone)})


class Role(Kind):
    def create(self, stack, resource):
        super().create(stack, resource)
        resource.facts.update(resource.facts.pop("Role"))
        self.attach(stack, resource, {})

    def update(self, stack, resource, old):
        new = resource.properties
        call(stack, "iam", "update_role", {**resource.facts, **new})
        document = new["AssumeRolePolicyDocument"]
        call(stack, "iam", "update_assume_role_policy", {**resource.facts, "PolicyDocument": document})
        self.attach(stack, resource, old)
        self.bound(stack, resource, old)
        retag_role(stack, resource.physical_resource_id, new, old)

    def bound(self, stack, resource, old):
        """Gives the role another boundary, or none."""
        role, boundary = {"RoleName": resource.physical_resource_id}, resource.properties.get("PermissionsBoundary")
        if boundary:
            call(stack, "iam", "put_role_permissions_boundary", {**role, "PermissionsBoundary": boundary})
        elif old.get("PermissionsBoundary"):
            call(stack, "iam", "delete_role_permissions_boundary", role)

    def delete(self, stack, resource):
        # What is there is asked for: a role that failed to be made may have
        # only some of its policies.
        role = resource.facts
        for name in call(stack, "iam", "list_role_policies", role)["PolicyNames"]:
            call(stack, "iam", "delete_role_policy", {**role, "PolicyName": name})
        for policy in call(stack, "iam", "list_attached_role_policies", role)["AttachedPolicies"]:
            call(stack, "iam", "detach_role_policy", {**role, **policy})
        super().delete(stack, resource)

    def attach(self, stack, resource, old):
        """Gives the role its policies, and takes those that it had before."""
        role, new = {"RoleName": resource.physical_resource_id}, resource.properties
        names = {policy["PolicyName"] for policy in new.get("Policies", [])}
        for policy in old.get("Policies", []):
            if policy["PolicyName"] not in names:
                call(stack, "iam", "delete_role_policy", {**role, **policy})
        for policy in new.get("Policies", []):
            call(stack, "iam", "put_role_policy", {**role, **policy})
        for arn in set(old.get("ManagedPolicyArns", [])) - set(new.get("ManagedPolicyArns", [])):
            call(stack, "iam", "detach_role_policy", {**role, "PolicyArn": arn})
        for arn in new.get("ManagedPolicyArns", []):
            call(stack, "iam", "attach_role_policy", {**role, "PolicyArn": arn})


class Rule(Kind):
    def create(self, stack, resource):
        super().create(stack, resource)
        self.point(stack, resource, {})

    def update(self, stack, resource, old):
        super().update(stack, resource, old)
        self.point(stack, resource, old)

    def delete(self, stack, resource):
        targets = call(stack, "events", "list_targets_by_rule", self.rule(resource))["Targets"]
        if targets:
            ids = [target["Id"] for target in targets]
            call(stack, "events", "remove_targets", {**self.rule(resource), "Ids": ids})
        super().delete(stack, resource)

    def rule(self, resource):
        return {"Rule": resource.facts["Name"], "EventBusName": resource.facts.get("EventBusName")}

    def point(self, stack, resource, old):
        targets = resource.properties.get("Targets", [])
        facts = self.rule(resource)
        gone = {target["Id"] for target in old.get("Targets", [])} - {target["Id"] for target in targets}
        if gone:
            call(stack, "events", "remove_targets", {**facts, "Ids": gone})
        if targets:
            call(stack, "events", "put_targets", {**facts, "Targets": targets})


class Alarm(Kind):
    def create(self, stack, resource):
        super().create(stack, resource)
        found = call(stack, "cloudwatch", "describe_alarms", self.named_so(resource))
        resource.facts["Arn"] = found["MetricAlarms"][0]["AlarmArn"]

    def update(self, stack, resource, old):
        # The call puts an alarm in place of another one, but leaves the tags alone.
        arn, name = resource.facts["Arn"], resource.physical_resource_id
        resource.facts = {"AlarmName": name, **resource.properties, "Arn": arn}
        call(stack, "cloudwatch", "put_metric_alarm", resource.facts)
        tags = resource.properties.get("Tags", [])
        gone = {tag["Key"] for tag in old.get("Tags", [])} - {tag["Key"] for tag in tags}
        if gone:
            call(stack, "cloudwatch", "untag_resource", {"ResourceARN": arn, "TagKeys": sorted(gone)})
        if tags:
            call(stack, "cloudwatch", "tag_resource", {"ResourceARN": arn, "Tags": tags})

    def delete(self, stack, resource):
        call(stack, "cloudwatch", "delete_alarms", self.named_so(resource))

    def named_so(self, resource):
        return {"AlarmNames": [resource.physical_resource_id]}


class Schedule(Kind):
    # What a property that is taken out of a template becomes.
    DEFAULTS = {"State": "ENABLED"} | dict.fromkeys(
        ["Description", "EndDate", "ScheduleExpressionTimezone", "StartDate"]
    )

    def facts(self, properties):
        return {**self.DEFAULTS, **properties}


class Subscription(Kind):
    # In the order in which SNS has to hear of them: a policy is checked by its scope.
    SETTINGS = ("FilterPolicyScope", "FilterPolicy", "RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy")
    # What a property that is taken out of a template becomes, if not empty.
    GONE = {"FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": "false"}

    def facts(self, properties):
        attributes = {key: properties[key] for key in self.SETTINGS if key in properties}
        return {"ReturnSubscriptionArn": True, "Attributes": attributes, **properties}

    def update(self, stack, resource, old):
        for name in self.SETTINGS:
            if name in resource.properties or name in old:
                value = resource.properties.get(name, self.GONE.get(name, ""))
                facts = {"AttributeName": name, "AttributeValue": value}
                call(stack, "sns", self.calls["update"], {"SubscriptionArn": resource.physical_resource_id, **facts})


class LogGroup(Kind):
    def create(self, stack, resource):
        super().create(stack, resource)
        place = f"{stack.region_name}:{stack.account_id}"
        resource.facts["Arn"] = f"arn:aws:logs:{place}:log-group:{resource.physical_resource_id}:*"
        self.retain(stack, resource)

    def update(self, stack, resource, old):
        self.retain(stack, resource)

    def retain(self, stack, resource):
        verb = "put" if "RetentionInDays" in resource.properties else "delete"
        call(stack, "logs", f"{verb}_retention_policy", {**resource.facts, **resource.properties})


class BucketPolicy(Kind):
    def facts(self, properties):
        return {**properties, "Policy": properties["PolicyDocument"]}


class Provider(Kind):
    """A provider of identities: whose tokens a role can be assumed with."""

    def facts(self, properties):
        return {"ClientIDList": properties.get("ClientIdList", []), "ThumbprintList": [], **properties}


class Nothing(Kind):
    """A resource that leaves no trace which anybody here could ask for."""

    def __init__(self, *attributes):
        super().__init__(None, None, None, None)
        self.names = attributes

    def create(self, stack, resource):
        resource.physical_resource_id = unique(resource.logical_resource_id)
        resource.facts = dict.fromkeys(self.names, resource.physical_resource_id)

    def delete(self, stack, resource):
        pass


class Unseen(Nothing):
    """A resource whose ARN others refer to, and of which the endpoint has nothing else."""

    def __init__(self, form, *attributes):
        super().__init__(*attributes)
        self.form = form

    def create(self, stack, resource):
        super().create(stack, resource)
        name = resource.physical_resource_id = resource.properties.get("Name", resource.physical_resource_id)
        resource.facts["Arn"] = f"arn:aws:{self.form.format(stack.region_name, stack.account_id, name)}"


class Moto(Kind):
    """A kind that moto makes by itself."""

    def __init__(self, model):
        super().__init__(None, None, None, None, named=model.cloudformation_name_type())
        self.model = model
        self.updates = not hasattr(model.update_from_cloudformation_json, "__isabstractmethod__")

    def create(self, stack, resource):
        name = resource.properties.get(self.named) or parsing.generate_resource_name(
            resource.cf_resource_type, stack.name, resource.logical_resource_id
        )
        made = self.model.create_from_cloudformation_json(
            name,
            self.body(resource),
            stack.account_id,
            stack.region_name,
            LogicalId=resource.logical_resource_id,
            StackId=stack.stack_id,
            ResourceType=resource.cf_resource_type,
        )
        self.keep(resource, made, name)

    def body(self, resource):
        # A copy, since moto writes into it.
        return {"Type": resource.cf_resource_type, "Properties": copy.deepcopy(resource.properties)}

    def keep(self, resource, made, name):
        # Some of moto's code asks for these.
        made.logical_resource_id, made.cf_resource_type = resource.logical_resource_id, resource.cf_resource_type
        resource.facts = {"made": made, "name": name}
        resource.physical_resource_id = made.physical_resource_id

    def attribute(self, resource, name):
        try:
            return resource.facts["made"].get_cfn_attribute(name)
        except (AttributeError, NotImplementedError, UnformattedGetAttTemplateException):
            return resource.properties.get(name)

    def update(self, stack, resource, old):
        made = resource.facts["made"]
        name = resource.properties.get(self.named) or resource.facts["name"]
        place = (stack.account_id, stack.region_name)
        new = self.model.update_from_cloudformation_json(made, name, self.body(resource), *place)
        self.keep(resource, new or made, name)

    def delete(self, stack, resource):
        place = (stack.account_id, stack.region_name)
        own = getattr(resource.facts["made"], "delete", None)
        if own and len(inspect.signature(own).parameters) == 2:
            own(*place)
        elif not hasattr(self.model.delete_from_cloudformation_json, "__isabstractmethod__"):
            self.model.delete_from_cloudformation_json(resource.physical_resource_id, self.body(resource), *place)
        else:
            raise ResourceError(f"this endpoint can't delete {resource.cf_resource_type}: teach it in kinds.py")


class UsagePlan(Kind):
    def facts(self, properties):
        return {"Name": properties.get("UsagePlanName"), **properties}


KINDS = {
    "AWS::ApiGateway::ApiKey": Kind(
        "apigateway", "create_api_key", "delete_api_key", "id", attributes={"APIKeyId": "id", "ApiKey": "id"}
    ),
    "AWS::ApiGateway::BasePathMapping": Kind(
        "apigateway", "create_base_path_mapping", "delete_base_path_mapping", "DomainName"
    ),
    "AWS::ApiGateway::Deployment": restapi.Deployment(
        "apigateway", "create_deployment", "delete_deployment", "id", attributes={"DeploymentId": "id"}
    ),
    "AWS::ApiGateway::DomainName": Kind("apigateway", "create_domain_name", "delete_domain_name", "DomainName"),
    "AWS::ApiGateway::RestApi": restapi.RestApi(
        "apigateway", "create_rest_api", "delete_rest_api", "id", "update_rest_api", attributes={"RestApiId": "id"}
    ),
    "AWS::ApiGateway::Stage": restapi.Stage("apigateway", "create_stage", "delete_stage", "StageName", "update_stage"),
    "AWS::ApiGateway::UsagePlan": UsagePlan(
        "apigateway", "create_usage_plan", "delete_usage_plan", "id", attributes={"UsagePlanId": "id"}
    ),
    "AWS::ApiGateway::UsagePlanKey": Kind("apigateway", "create_usage_plan_key", "delete_usage_plan_key", "id"),
    "AWS::ApiGatewayV2::Api": httpapi.Api("apigatewayv2", "create_api", "delete_api", "ApiId", "update_api"),
    "AWS::ApiGatewayV2::ApiMapping": Kind("apigatewayv2", "create_api_mapping", "delete_api_mapping", "ApiMappingId"),
    "AWS::ApiGatewayV2::Authorizer": Kind(
        "apigatewayv2", "create_authorizer", "delete_authorizer", "AuthorizerId", "update_authorizer"
    ),
    "AWS::ApiGatewayV2::Deployment": Nothing("DeploymentId"),  # moto has none
    "AWS::ApiGatewayV2::DomainName": Kind("apigatewayv2", "create_domain_name", "delete_domain_name", "DomainName"),
    "AWS::ApiGatewayV2::Integration": Kind(
        "apigatewayv2", "create_integration", "delete_integration", "IntegrationId", "update_integration"
    ),
    "AWS::ApiGatewayV2::Route": Kind("apigatewayv2", "create_route", "delete_route", "RouteId", "update_route"),
    "AWS::ApiGatewayV2::Stage": httpapi.Stage(
        "apigatewayv2", "create_stage", "delete_stage", "StageName", "create_stage"
    ),
    "AWS::CDK::Metadata": Nothing(),
    "AWS::CloudFormation::Stack": Nested(),
    "AWS::CloudWatch::Alarm": Alarm(
        "cloudwatch", "put_metric_alarm", "delete_alarms", "AlarmName", "put_metric_alarm", "AlarmName"
    ),
    # Nothing is built here, and no pipeline runs.
    "AWS::CodeBuild::Project": Unseen("codebuild:{}:{}:project/{}"),
    "AWS::CodeCommit::Repository": Unseen("codecommit:{}:{}:{}", "Name", "CloneUrlHttp"),
    "AWS::CodeDeploy::Application": Kind(
        "codedeploy", "create_application", "delete_application", "ApplicationName", named="ApplicationName"
    ),
    "AWS::CodeDeploy::DeploymentGroup": codedeploy.Group(
        "codedeploy",
        "create_deployment_group",
        "delete_deployment_group",
        "DeploymentGroupName",
        "update_deployment_group",
        "DeploymentGroupName",
        replaces=("ApplicationName",),
    ),
    "AWS::CodePipeline::Pipeline": Unseen("codepipeline:{}:{}:{}", "Version"),
    "AWS::Events::EventBus": Kind(
        "events", "create_event_bus", "delete_event_bus", "Name", attributes={"Arn": "EventBusArn"}
    ),
    "AWS::Events::Rule": Rule(
        "events", "put_rule", "delete_rule", "Name", "put_rule", "Name", {"Arn": "RuleArn"}, ["EventBusName"]
    ),
    "AWS::IAM::OIDCProvider": Provider(
        "iam",
        "create_open_id_connect_provider",
        "delete_open_id_connect_provider",
        "OpenIDConnectProviderArn",
        attributes={"Arn": "OpenIDConnectProviderArn"},
    ),
    "AWS::IAM::Role": Role("iam", "create_role", "delete_role", "RoleName", "update_role", "RoleName"),
    "AWS::Lambda::Alias": versions.Alias(
        "lambda", "create_alias", "delete_alias", "AliasArn", "update_alias", replaces=("FunctionName", "Name")
    ),
    "AWS::Lambda::EventInvokeConfig": versions.EventConfig(
        "lambda",
        "put_function_event_invoke_config",
        "delete_function_event_invoke_config",
        "FunctionName",
        "put_function_event_invoke_config",
        replaces=("FunctionName", "Qualifier"),
    ),
    "AWS::Lambda::EventSourceMapping": Kind(
        "lambda",
        "create_event_source_mapping",
        "delete_event_source_mapping",
        "UUID",
        "update_event_source_mapping",
        replaces=("EventSourceArn",),
    ),
    "AWS::Lambda::Function": Function(
        "lambda",
        "create_function",
        "delete_function",
        "FunctionName",
        "update_function_configuration",
        "FunctionName",
        {"Arn": "FunctionArn"},
    ),
    "AWS::Lambda::Permission": Permission("lambda", "add_permission", "remove_permission", "StatementId"),
    "AWS::Lambda::Version": versions.Version("lambda", "publish_version", "delete_function", "FunctionArn"),
    "AWS::Lambda::Url": Url(
        "lambda",
        "create_function_url_config",
        "delete_function_url_config",
        "FunctionArn",
        "update_function_url_config",
        replaces=("TargetFunctionArn", "Qualifier"),
    ),
    "AWS::Logs::LogGroup": LogGroup(
        "logs", "create_log_group", "delete_log_group", "LogGroupName", "put_retention_policy", "LogGroupName"
    ),
    # Made anew for a change: moto takes one of a full group for a further one.
    "AWS::Logs::SubscriptionFilter": Kind(
        "logs",
        "put_subscription_filter",
        "delete_subscription_filter",
        "FilterName",
        named="FilterName",
        replaces=("LogGroupName",),
    ),
    "AWS::S3::Bucket": Bucket(),
    "AWS::S3::BucketPolicy": BucketPolicy("s3", "put_bucket_policy", "delete_bucket_policy", "Bucket"),
    "AWS::Scheduler::Schedule": Schedule(
        "scheduler",
        "create_schedule",
        "delete_schedule",
        "Name",
        "update_schedule",
        "Name",
        {"Arn": "ScheduleArn"},
    ),
    "AWS::SNS::Subscription": Subscription(
        "sns", "subscribe", "unsubscribe", "SubscriptionArn", "set_subscription_attributes"
    ),
    "AWS::WAFv2::WebACLAssociation": Kind("wafv2", "associate_web_acl", "disassociate_web_acl", "ResourceArn"),
}


CUSTOM_RESOURCE = Custom()


def kind_of(name):
    """Returns the kind of a resource type, or None."""
    if name in KINDS:
        return KINDS[name]
    if name.startswith("Custom::") or name == "AWS::CloudFormation::CustomResource":
        return CUSTOM_RESOURCE
    model = parsing.get_model_map().get(name)
    return Moto(model) if model else None
