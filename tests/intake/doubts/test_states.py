"""Words of a status in twelve languages: what became of an order."""

from __future__ import annotations

import pytest

from seglib.intake.formats.states import meanings_of, state_of

WORDS = {
    "sale": """
        Completed, wc-completed, Paid, partially_paid, Shipped, Delivered, Dispatched, unfulfilled, Processing,
        Sent, Ready for pickup, Abgeschlossen, Bezahlt, Versandt, Zugestellt, In Bearbeitung, Payée, Expédiée,
        Livrée, en cours, Pagado, Enviado, Entregado, en preparación, Pago, Concluído, Entregue, Pagato, Spedito,
        Consegnato, Evaso, in lavorazione, Plătită, Livrată, Finalizată, în procesare, Оплачено, Доставлено,
        Виконано, обробляється, Opłacone, Wysłane, Zrealizowane, w realizacji, Ödendi, Tamamlandı, Kargoya verildi,
        Teslim edildi, Hazırlanıyor, Выполнен, Оплачен, Отправлен, Betaald, Verzonden, Afgeleverd, Voltooid""",
    "pending": """
        Pending, AwaitingPayment, on-hold, Unpaid, not paid, not yet paid, Draft, Quote, payment_pending, offen,
        Ausstehend, nicht bezahlt, noch nicht bezahlt, Entwurf, Angebot, en attente, impayée, non payé, pas encore
        payé, Devis, à payer, Pendiente, no pagado, sin pagar, Borrador, por pagar, Aguardando pagamento, não pago,
        Em aberto, In attesa, non pagato, da pagare, Pagamento in sospeso, Preventivo, Bozza, În așteptare,
        neplătit, Ciornă, nu a fost plătit, Очікує оплати, не сплачено, неоплачено, Чернетка, Oczekuje, Nieopłacone,
        Niezapłacone, Szkic, Bekliyor, ödenmedi, Taslak, Ожидает, не оплачен, Черновик, Openstaand, niet betaald,
        Onbetaald""",
    "cancelled": """
        Cancelled, Canceled by customer, Voided, Trash, Deleted, Cancelled - not paid, Storniert, Gelöscht, Annulée,
        Cancelado, Anulado, Eliminado, Annullato, Eliminato, Anulată, Ștearsă, Скасовано, Видалено, Anulowane,
        Usunięte, İptal edildi, Отменён, Удалён, Geannuleerd, Verwijderd""",
    "refunded": """
        Refunded, Returned, Shipped - Returned to Seller, Shipped - Rejected by Buyer, Credit note, Erstattet,
        Rückerstattung, Zurückgesendet, Gutschrift, Remboursée, Retournée, Reembolsado, Devuelto, Nota de crédito,
        Devolvido, Estornado, Rimborsato, Reso, Nota di credito, Returnată, Rambursată, Повернено, Повернення
        коштів, Zwrócone, Zwrot, İade, Возврат, Terugbetaald, Teruggestuurd""",
    "failed": """
        Failed, Payment failed, Declined, Expired, Rejected, not approved, Fehlgeschlagen, Abgelehnt, Échouée,
        Refusée, Rechazado, Fallido, Recusado, Rifiutato, Respinsă, Eșuată, Помилка оплати, Відхилено, Odrzucone,
        Nieudana, Başarısız, Ошибка, Отклонён, Mislukt, Geweigerd""",
    "disputed": "Disputed, Chargeback, charge back, Rücklastschrift, Contestato, Contracargo",
    "test": "Test, test order",
}


@pytest.mark.parametrize(
    ("value", "state"), [(word.strip(), state) for state, words in WORDS.items() for word in words.split(",")]
)
def test_a_word_means_what_became_of_the_order(value, state):
    assert state_of(value) == state
    assert state_of(value.upper()) == state


@pytest.mark.parametrize(
    "value",
    [
        "B7",
        "4",
        "Stage 3",
        "wombat",
        "new",
        "Order lost",
        "Payment review",
        "not delivered",
        "partially cancelled",
        "Payments",
    ],
)
def test_what_no_word_tells_is_not_guessed(value):
    assert state_of(value) == "unknown"


@pytest.mark.parametrize(
    "value", ["not refunded", "No refund", "non-refunded", "not cancelled", "not yet shipped", "nicht storniert", "  "]
)
def test_what_is_denied_is_not_taken_for_what_it_denies(value):
    assert state_of(value) == "sale"


@pytest.mark.parametrize(
    "value", ["partially refunded", "Teilweise erstattet", "Частково повернено", "parzialmente reso"]
)
def test_of_a_part_given_back_the_rest_is_a_sale(value):
    assert state_of(value) == "sale"


def test_meanings_keep_every_value_once():
    values = ["Paid", "paid", "void", "B7", "B8"]
    assert meanings_of(values) == {"sale": ["Paid", "paid"], "cancelled": ["void"], "unknown": ["B7", "B8"]}
