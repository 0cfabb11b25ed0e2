from ninja import NinjaAPI

api = NinjaAPI(title="Headwater", version="1", urls_namespace="api", docs_url=None)
