extension Asset {
    /// What the page does by itself where scripts run; everything works without it.
    static let code = """
        (function () {
          "use strict";
          var rest = 1500;
          function refresh() {
            var line = document.getElementById("sync");
            if (!line || document.hidden) { return window.setTimeout(refresh, 4000); }
            fetch("/sync/state", { credentials: "same-origin" }).then(function (answer) {
              if (!answer.ok) { throw new Error(); }
              return answer.text();
            }).then(function (text) {
              var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("sync");
              if (!fresh) { return; }
              var ended = line.getAttribute("data-ended"), typed = document.querySelector("[data-typed]");
              line.replaceWith(document.importNode(fresh, true));
              rest = fresh.hasAttribute("data-running") ? 700 : 4000;
              var isFresh = document.body.hasAttribute("data-fresh") || ended !== fresh.getAttribute("data-ended");
              if (isFresh && document.querySelector("[data-live]") && !typed) {
                window.location.reload();
              }
            }).catch(function () { rest = 8000; }).then(function () { window.setTimeout(refresh, rest); });
          }
          document.addEventListener("input", function (event) {
            event.target.setAttribute("data-typed", "");
          });
          document.addEventListener("submit", function (event) {
            var button = event.target.querySelector("button[type=submit]");
            if (button) { window.setTimeout(function () { button.disabled = true; }, 0); }
          });
          window.setTimeout(refresh, rest);
        })();
        """
}
