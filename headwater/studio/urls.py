from django.urls import URLPattern, URLResolver, path

from headwater.studio import views

urlpatterns: list[URLPattern | URLResolver] = [path("", views.today, name="home")]
