"""Beginning a contract."""

from django.urls import reverse

from tests.org import Org, SignIn


def test_without_a_policy_in_force_it_says_so_on_the_persons_page(org: Org, sign_in: SignIn) -> None:
    address = reverse("supervision:contract-open", args=[org.worker.pk])

    response = sign_in(org.supervisor).post(address, follow=True)

    assert response.status_code == 200
    assert response.redirect_chain == [(reverse("supervision:person-detail", args=[org.worker.pk]), 302)]
    assert "No supervision policy is in force today." in response.content.decode()
