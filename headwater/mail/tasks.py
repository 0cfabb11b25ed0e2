from huey.contrib.djhuey import db_task


@db_task()
def send_letters() -> None:
    pass
