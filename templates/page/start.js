
// Shows the data of the page.

{
  const data = JSON.parse(document.getElementById("data").textContent);
  const views = { diff: showDiff, report: showReport, fleet: showFleet };
  views[data.view](data, document.getElementById("main"));
  address.follow();
}
