"""Multipart uploads that were aborted."""

from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend


def install():
    upload_part = S3Backend.upload_part

    def checked(backend, bucket_name, multipart_id, *arguments, **more):
        # moto's own fails with a KeyError, and so with status 500.
        if multipart_id not in backend.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(upload_id=multipart_id)
        return upload_part(backend, bucket_name, multipart_id, *arguments, **more)

    S3Backend.upload_part = checked
