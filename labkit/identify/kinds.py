"""What kind of data a column holds: who somebody is, what describes them, what they paid for, what else they did.

The four kinds of the usual CRM inventory. Where a column could be two of them, the first that fits decides, in this
order: money or a contract makes it transactional, an act behavioural, a trait demographic, all else registration.
"""

from __future__ import annotations

from collections.abc import Mapping

REGISTRATION, DEMOGRAPHIC, TRANSACTIONAL, BEHAVIOURAL = KINDS = (
    "registration",
    "demographic",
    "transactional",
    "behavioural",
)
"""Registration (*dados cadastrais*): identifies and reaches; demographic: describes a person or household as one of
many; transactional: was bought, paid or contracted; behavioural: was done short of paying."""


def _sorted_out(**columns: str) -> dict[str, str]:
    """Kind → its columns, turned round."""
    return {column: kind for kind, names in columns.items() for column in names.split()}


CARAMELO_KINDS: Mapping[str, Mapping[str, str]] = {
    "ecommerce": _sorted_out(
        registration="record_id nome_completo cpf email celular cep endereco numero complemento criado_em",
        demographic="data_nascimento cidade uf",
    ),
    "shop": _sorted_out(
        registration="record_id nome nr_cpf fone e_mail cep loja dt_cadastro",
        demographic="dt_nasc cidade",
    ),
    "clinic": _sorted_out(
        registration="record_id tutor_nome tutor_sobrenome cpf_tutor telefone email_contato endereco pet",
        demographic="nasc municipio especie",
        transactional="primeira_visita",
    ),
    "newsletter": _sorted_out(registration="record_id email nome inscrito_em", behavioural="origem"),
    "orders": _sorted_out(transactional="order_id ordered_on channel revenue_brl discount_brl"),
    "plans": _sorted_out(transactional="contract_id started_on cancelled_on monthly_fee_brl"),
    "clinic_visits": _sorted_out(transactional="visit_id visited_on reason charged_brl"),
    "web_sessions": _sorted_out(
        behavioural="session_id started_at device source pages seconds viewed_category added_to_cart"
    ),
    "contacts": _sorted_out(behavioural="delivered opened clicked visited opted_out complained"),
    "tickets": _sorted_out(behavioural="ticket_id opened_at channel topic closed_at reopened"),
}
"""Table of Caramelo → column → kind: of the four source systems every column, of the others those about the customer."""
