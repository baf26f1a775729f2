"""Buckets: their properties in stacks, and whose and where they are."""

from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response
from moto.s3.utils import compute_checksum

from credentials import account_of
from protocols import error
from resources import Kind, call, unique
from signatures import Signature


def encryption(value):
    rules = value["ServerSideEncryptionConfiguration"]
    named = [
        {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"], **rule}
        for rule in rules
        if "ServerSideEncryptionByDefault" in rule
    ]
    return {"ServerSideEncryptionConfiguration": {"Rules": named}}


def lifecycle(value):
    """Returns rules as the API has them, which says some things otherwise than templates."""
    rules = []
    for given in value["Rules"]:
        name, prefix = given.get("Id") or unique("rule", limit=40), {"Prefix": given.get("Prefix", "")}
        rule = {"ID": name, "Filter": prefix, **{key: given[key] for key in given if key != "Prefix"}}
        if "ExpirationInDays" in given:
            rule["Expiration"] = {"Days": given["ExpirationInDays"]}
        if "NoncurrentVersionExpirationInDays" in given:
            rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": given["NoncurrentVersionExpirationInDays"]}
        rules.append(rule)
    return {"LifecycleConfiguration": {"Rules": rules}}


# What a property is in the API: the call that puts it, the one that takes it
# away with what that needs, and what the first takes.
SETTINGS = {
    "BucketEncryption": ("put_bucket_encryption", "delete_bucket_encryption", encryption),
    "LifecycleConfiguration": ("put_bucket_lifecycle_configuration", "delete_bucket_lifecycle", lifecycle),
    "OwnershipControls": (
        "put_bucket_ownership_controls",
        "delete_bucket_ownership_controls",
        lambda value: {"OwnershipControls": value},
    ),
    "PublicAccessBlockConfiguration": (
        "put_public_access_block",
        "delete_public_access_block",
        lambda value: {"PublicAccessBlockConfiguration": value},
    ),
    "Tags": ("put_bucket_tagging", "delete_bucket_tagging", lambda value: {"Tagging": {"TagSet": value}}),
}


class Bucket(Kind):
    def __init__(self):
        super().__init__("s3", "create_bucket", "delete_bucket", "Bucket", named="BucketName")
        self.updates = True

    def create(self, stack, resource):
        name = resource.properties.get("BucketName") or unique(stack.name, resource.logical_resource_id).lower()
        place = {} if stack.region_name == "us-east-1" else {"LocationConstraint": stack.region_name}
        call(stack, "s3", "create_bucket", {"Bucket": name, **({"CreateBucketConfiguration": place} if place else {})})
        domain = f"{name}.s3.{stack.region_name}.amazonaws.com"
        resource.physical_resource_id = name
        resource.facts = {
            "Bucket": name,
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": domain,
            "DualStackDomainName": domain.replace(".s3.", ".s3.dualstack."),
            "WebsiteURL": f"http://{name}.s3-website-{stack.region_name}.amazonaws.com",
        }
        self.set(stack, resource, {})

    def update(self, stack, resource, old):
        self.set(stack, resource, old)

    def set(self, stack, resource, old):
        """Puts each property that there is, and takes away those that are no more."""
        bucket, new = {"Bucket": resource.physical_resource_id}, resource.properties
        for name, (put, delete, facts) in SETTINGS.items():
            if name in new:
                call(stack, "s3", put, {**bucket, **facts(new[name])})
            elif name in old:
                call(stack, "s3", delete, bucket)
        if "VersioningConfiguration" in new or "VersioningConfiguration" in old:
            status = new.get("VersioningConfiguration", {"Status": "Suspended"})
            call(stack, "s3", "put_bucket_versioning", {**bucket, "VersioningConfiguration": status})


WRONG_REGION = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint."
)


class Places:
    """Refuses requests for buckets that are elsewhere or others', beside a WSGI application."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        signature = Signature.of(environ)
        if not signature or signature.service != "s3":
            return self.application(environ, start_response)
        refusal = self.refusal(signature, environ)
        if not refusal:
            return self.application(environ, start_response)
        status, code, message, more, region = refusal
        status, headers, body = error("rest-xml", status, code, message, more)
        if region:
            headers["x-amz-bucket-region"] = region
        start_response(status, [*headers.items()])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def refusal(self, signature, environ):
        """Returns why a request for a bucket is refused, or None."""
        name = bucket_of(environ)
        if name not in s3_backends.bucket_accounts:
            return None
        partition, owner = s3_backends.bucket_accounts[name]
        expected = environ.get("HTTP_X_AMZ_EXPECTED_BUCKET_OWNER", owner)
        creates = environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].strip("/") == name
        if expected != owner or (account_of(signature.key) != owner and not creates):
            return 403, "AccessDenied", "Access Denied", None, None
        region = s3_backends[owner][partition].buckets[name].region_name
        if region == signature.region or "location" in environ.get("QUERY_STRING", "").split("&") or creates:
            return None
        if signature.region == "us-east-1":  # that is the global endpoint, which sends requests on
            message = f"The authorization header is malformed; the region 'us-east-1' is wrong; expecting '{region}'"
            return 400, "AuthorizationHeaderMalformed", message, {"Region": region}, region
        more = {"Endpoint": f"{name}.s3.{region}.amazonaws.com", "Bucket": name}
        return 301, "PermanentRedirect", WRONG_REGION, more, region


def bucket_of(environ):
    """Returns the name of the bucket that a request of S3 is about: of its path, or of its host."""
    host = environ.get("HTTP_HOST", "")
    if ".s3" in host:
        return host.partition(".s3")[0]
    return environ["PATH_INFO"].lstrip("/").partition("/")[0]


def list_parts(response):
    """Answers as moto does, with the checksums of the parts, which it leaves out."""
    upload = response.backend.get_bucket(response.bucket_name).multiparts.get(response._get_param("uploadId"))
    algorithm = upload and upload.metadata.get("x-amz-checksum-algorithm")
    serialize = response.serialized

    def with_checksums(action):
        listed = isinstance(action.result, dict)  # and not a refusal, such as the one below
        for part in action.result["Parts"] if algorithm and listed else []:
            try:
                checksum = compute_checksum(upload.parts[part["PartNumber"]].value, algorithm=algorithm)
            except ValueError:  # the upload has been completed meanwhile
                raise NoSuchUpload(upload_id=response._get_param("uploadId")) from None
            part[f"Checksum{algorithm}"] = checksum.decode() if isinstance(checksum, bytes) else checksum
        return serialize(action)

    response.serialized = with_checksums
    return answer_parts(response)


answer_parts = S3Response.list_parts


def get_bucket_notification(response):
    """Answers as moto does, and says whether events go to EventBridge, which it keeps to itself."""
    kept = response.backend.get_bucket_notification_configuration(response.bucket_name)
    serialize = response.serialized

    def with_eventbridge(action):
        if kept and kept.event_bridge is not None:
            action.result["EventBridgeConfiguration"] = {}
        return serialize(action)

    response.serialized = with_eventbridge
    return answer_notification(response)


answer_notification = S3Response.get_bucket_notification


def install():
    """Puts this in the place of moto's."""
    S3Response.list_parts = list_parts
    S3Response.get_bucket_notification = get_bucket_notification
