// The card arrives when it arrives: the chart is already there.
const place = document.querySelector('[data-card]');
fetch(place.dataset.card)
  .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
  .then((card) => { place.innerHTML = card; })
  .catch(() => { place.querySelector('p').textContent = 'Hygie ne répond pas : votre consultation continue.'; });
