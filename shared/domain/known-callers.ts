// Names under which machines introduce themselves, by what they want: data for telling people and machines apart (S10).

/** Monitors and load balancers: they ask whether the site is up, again and again. Small letters, as parts of a User-Agent. */
export const checkers: readonly string[] = [
  'elb-healthchecker', 'amazon-route53-health-check-service', 'cloudwatchsynthetics', 'googlehc', 'googlestackdrivermonitoring',
  'kube-probe', 'azure traffic manager', 'edge health probe', 'uptimerobot', 'pingdom', 'statuscake', 'better uptime', 'betterstack',
  'better stack', 'uptime-kuma', 'site24x7', 'checkly', 'datadog/synthetics', 'datadogsynthetics', 'newrelicpinger', 'new relic',
  'nodeping', 'hetrixtools', 'freshping', 'updown.io', 'updown-bot', 'cronitor', 'healthchecks.io', 'monitis', 'alertsite', 'catchpoint',
  'dynatrace', 'ruxitsynthetic', 'rigor', 'thousandeyes', 'uptimia', 'uptime.com', 'uptimedotcom', 'montastic', 'oh dear', 'ohdear',
  'blackbox-exporter', 'blackbox exporter', 'prometheus', 'zabbix', 'nagios', 'check_http', 'icinga', 'sensu', 'gatus', 'statping',
  'upptime', 'instatus', 'onlineornot', 'phare', 'hyperping', 'pulsetic', 'apex-ping', 'apex ping', 'host-tracker', 'siteuptime',
  'internetvista', 'panopta', 'grafana-synthetic', 'synthetic-monitoring', 'cloudflare-healthchecks', 'cloudflare-traffic-manager',
  'fastly-healthcheck', 'fly-proxy', 'consul health check', 'haproxy', 'varnish', 'traefik', 'envoy/hc', 'wget/1.0 (healthcheck)',
];

/** Chats and social networks that fetch a link to show a card of it. */
export const unfurlers: readonly string[] = [
  'slackbot', 'slack-imgproxy', 'twitterbot', 'facebookexternalhit', 'facebot', 'meta-externalagent', 'meta-externalfetcher',
  'linkedinbot', 'discordbot', 'telegrambot', 'whatsapp', 'skypeuripreview', 'microsoftpreview', 'googlemessages', 'google-pagerenderer',
  'googledocs', 'iframely', 'embedly', 'line-poker', 'kakaotalk-scrap', 'mattermost', 'rocket.chat', 'redditbot', 'vkshare', 'mastodon',
  'pleroma', 'misskey', 'bluesky', 'cardyb', 'notionbot', 'github-camo', 'bitlybot', 'flipboard', 'quora link preview', 'qwantify',
  'outbrain', 'xing-contenttabreceiver', 'yandex-preview', 'linkpreview', 'link preview',
];

/** Search engines, archives, scanners, trainers of models and libraries that walk the web. */
export const crawlers: readonly string[] = [
  'googlebot', 'google-inspectiontool', 'storebot-google', 'googleother', 'google-extended', 'adsbot', 'mediapartners-google',
  'apis-google', 'feedfetcher', 'bingbot', 'adidxbot', 'msnbot', 'slurp', 'duckduckbot', 'duckassistbot', 'baiduspider', 'yandexbot',
  'yandex.com/bots', 'sogou', 'exabot', 'seznambot', 'applebot', 'petalbot', 'bytespider', 'amazonbot', 'ccbot', 'diffbot', 'omgili',
  'timpibot', 'imagesiftbot', 'ia_archiver', 'archive.org_bot', 'heritrix', 'ahrefsbot', 'semrushbot', 'mj12bot', 'dotbot', 'rogerbot',
  'blexbot', 'dataforseobot', 'screaming frog', 'sistrix', 'serpstatbot', 'megaindex', 'netcraft', 'censys', 'shodan', 'zgrab', 'masscan',
  'nmap', 'nuclei', 'nikto', 'sqlmap', 'wpscan', 'gobuster', 'dirbuster', 'internet-measurement', 'paloaltonetworks', 'binaryedge',
  'leakix', 'securitytrails', 'project-discovery', 'l9explore', 'onyphe', 'qualys', 'detectify', 'acunetix', 'nessus',
  'netsystemsresearch', 'scrapy', 'colly', 'mechanize', 'httrack', 'libwww-perl', 'lwp::', 'headlesschrome', 'phantomjs', 'puppeteer',
  'lighthouse', 'pagespeed', 'gtmetrix', 'feedly', 'feedburner', 'tiny tiny rss', 'w3c_validator', 'validator.nu',
];
